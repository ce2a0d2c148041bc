import { element, svgElement } from './elements.ts';
import type { Box } from './worker/teach.ts';

/** Pixels of a letter, of a line, and between boxes and layers. */
const LETTER = 8.2;
const LINE = 17;
const GAP = { x: 24, y: 40 };
const PADDING = 8;

/**
 * Boxes of the largest graph that is drawn. On two busy cores 400 took 0.6 s, and 800 1.6 s, in which the page does nothing
 * else: arrows cross layers, and of both there are more and more.
 */
const MOST_BOXES = 500;

/** A box with its place, its middle from the left, its top from above; without a box, a point on the way of an arrow. */
interface Placed {
  readonly id: string;
  readonly box: Box | undefined;
  readonly width: number;
  readonly height: number;
  /** Where arrows come from: places in the layer above */
  readonly inputs: readonly string[];
  x: number;
  y: number;
  /** Where its layer ends */
  bottom: number;
}

/**
 * Draws boxes in layers, each below all that it reads, and arrows between them, which cross layers where no box stands. A
 * graph of more boxes than the page can draw at once is said to be too large.
 */
export function drawGraph(boxes: readonly Box[], label: string): Element {
  if (boxes.length > MOST_BOXES) return element('p', `Too large to draw (${boxes.length} boxes).`);
  const layers = layersOf(boxes);
  const width = Math.max(...layers.map(widthOf));
  let y = 0;
  for (const layer of layers) {
    let x = (width - widthOf(layer)) / 2;
    const bottom = y + Math.max(...layer.map(({ height }) => height));
    for (const placed of layer) {
      Object.assign(placed, { x: x + placed.width / 2, y, bottom });
      x += placed.width + GAP.x;
    }
    y = bottom + GAP.y;
  }
  const placed = new Map(layers.flat().map((each) => [each.id, each]));
  const height = y - GAP.y;
  const svg = svgElement('svg', {
    viewBox: `-2 -2 ${width + 4} ${height + 4}`,
    width: width + 4,
    height: height + 4,
    role: 'img',
  });
  svg.setAttribute('aria-label', label);
  for (const to of placed.values()) for (const id of to.inputs) svg.append(arrow(placed.get(id)!, to));
  for (const { box, ...place } of placed.values()) if (box) svg.append(...shapesOf(box, place));
  return svg;
}

/** The boxes by their distance from what is given, in each layer ordered as the boxes that they read, and points for arrows. */
function layersOf(boxes: readonly Box[]): Placed[][] {
  const depths = new Map<string, number>();
  // A box stands behind all that it reads.
  for (const { id, inputs } of boxes)
    depths.set(id, Math.max(-1, ...inputs.map((input) => depths.get(input)!)) + 1);
  const layers = Array.from({ length: Math.max(...depths.values()) + 1 }, (): Placed[] => []);
  const points = new Set<string>();
  /** Where the arrows from a box are in a layer: the box, or a point below it. */
  const pointOf = (id: string, depth: number): string => {
    if (depths.get(id) === depth) return id;
    const point = `${id}@${depth}`;
    if (!points.has(point)) layers[depth]!.push(unplaced(point, [pointOf(id, depth - 1)]));
    points.add(point);
    return point;
  };
  for (const box of boxes) {
    const depth = depths.get(box.id)!;
    const inputs = box.inputs.map((input) => pointOf(input, depth - 1));
    layers[depth]!.push(unplaced(box.id, inputs, box));
  }
  const places = new Map<string, number>();
  for (const layer of layers) {
    const wish = ({ inputs }: Placed) => mean(inputs.map((input) => places.get(input)!));
    layer.sort((a, b) => wish(a) - wish(b));
    for (const [i, { id }] of layer.entries()) places.set(id, (i + 0.5) / layer.length);
  }
  return layers;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b) / values.length;
}

/** A box, or a point, in no place yet. */
function unplaced(id: string, inputs: readonly string[], box?: Box): Placed {
  const size = box ? sizeOf(box.lines) : { width: 0, height: 0 };
  return { id, box, inputs, ...size, x: 0, y: 0, bottom: 0 };
}

function sizeOf(lines: readonly string[]) {
  const letters = Math.max(...lines.map(({ length }) => length));
  return { width: LETTER * letters + 2 * PADDING, height: LINE * lines.length + 2 * PADDING };
}

function widthOf(layer: readonly Placed[]): number {
  return layer.reduce((sum, { width }) => sum + width + GAP.x, -GAP.x);
}

/** A line out of the layer of what is read, and on to what reads it, with an arrow's head if that is a box. */
function arrow(from: Placed, to: Placed): SVGElement {
  const middle = (from.bottom + to.y) / 2;
  const way = `M${from.x} ${from.y + from.height} L${from.x} ${from.bottom}`;
  const curve = `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
  return svgElement('path', {
    d: `${way} ${curve}${to.box ? ' m-4 -7 l4 7 l4 -7' : ''}`,
    class: 'arrow',
  });
}

function shapesOf(box: Box, { x, y, width, height }: Omit<Placed, 'box'>): SVGElement[] {
  const kind = `${box.isForward ? 'forward' : 'backward'} box`;
  const frame = svgElement('rect', {
    x: x - width / 2,
    y,
    width,
    height,
    rx: box.isGiven ? 10 : 2,
    class: kind,
  });
  const lines = box.lines.map((line, i) => {
    const text = svgElement('text', { x, y: y + PADDING + LINE * (i + 0.75), 'text-anchor': 'middle' });
    text.textContent = line;
    return text;
  });
  return [frame, ...lines];
}
