/** Where a name may stand beside its mark: pixels from the mark to the end of the text that is at it. */
export interface Place {
  readonly dx: number;
  readonly dy: number;
  readonly textAnchor: 'start' | 'middle' | 'end';
}

/** A rectangle in pixels, y downwards. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A name, its mark's place in pixels, and where it may stand, the best first. */
export interface Name {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly places: readonly Place[];
}

/** Pixels of a capital and of another letter at a size of 12, in a font whose letters are wide. */
const [CAPITAL, LETTER] = [8.7, 6.8];
const LINE = 14;

/** Beside a dot: at the right, at the left, above, below, and between these. */
export const BESIDE_DOT: readonly Place[] = [
  { dx: 8, dy: 0, textAnchor: 'start' },
  { dx: -8, dy: 0, textAnchor: 'end' },
  { dx: 0, dy: -13, textAnchor: 'middle' },
  { dx: 0, dy: 13, textAnchor: 'middle' },
  { dx: 5, dy: -11, textAnchor: 'start' },
  { dx: 5, dy: 11, textAnchor: 'start' },
  { dx: -5, dy: -11, textAnchor: 'end' },
  { dx: -5, dy: 11, textAnchor: 'end' },
];

/**
 * Where names stand, in their order: each at the first of its places that is inside the frame and meets neither what is
 * there already nor a name before it; null where there is none such.
 */
export function placeNames(
  names: readonly Name[],
  { frame, taken }: { readonly frame: Box; readonly taken: readonly Box[] },
): (Place | null)[] {
  const all = [...taken];
  return names.map((name) => {
    const found = name.places.find((place) => {
      const box = boxOf(name, place);
      return isInside(box, frame) && !all.some((other) => doMeet(box, other));
    });
    if (found) all.push(boxOf(name, found));
    return found ?? null;
  });
}

/** What a name takes at a place. */
export function boxOf({ text, x, y }: Name, { dx, dy, textAnchor }: Place): Box {
  const capitals = text.match(/[A-Z]/g)?.length ?? 0;
  const width = CAPITAL * capitals + LETTER * (text.length - capitals);
  const left = x + dx - { start: 0, middle: width / 2, end: width }[textAnchor];
  return { left, right: left + width, top: y + dy - LINE / 2, bottom: y + dy + LINE / 2 };
}

/** What a mark takes that reaches so many pixels from its middle. */
export function boxAround(x: number, y: number, reach: number): Box {
  return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
}

function isInside(box: Box, frame: Box): boolean {
  const { left, right, top, bottom } = frame;
  return box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
}

function doMeet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
