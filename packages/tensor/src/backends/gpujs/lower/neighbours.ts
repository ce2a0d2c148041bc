import { type BufferPlace, type Dispatch, dispatch, type Lowerings } from './dispatch.ts';
import { int, quotient, remainder, X, Y, Z } from './source.ts';

/** The largest distance of patches: also of those where it has overflown, or is no number. */
const FARTHEST = 2e38;

/** A distance that no patch has. */
const FAR = 3e38;

export const neighbourLowerings: Lowerings<'similarNeighbours' | 'gatherNeighbours' | 'scatterNeighbours'> = {
  similarNeighbours([x], [places], { window, patch, count }, { scratch }) {
    const [B, H, W] = places.shape as [number, number, number];
    const [, height, width, C] = x.shape as [number, number, number, number];
    const [size, centre] = [window ** 2, (window ** 2 - 1) / 2];
    const distances = scratch([B, H, W, size]);
    const at = (row: string, column: string) =>
      `x[((${quotient(Z, H)} * ${height} + ${row} + ${int('u')}) * ${width} + ${column}) * ${C} + ${int('i')}]`;
    // Thread (place, column, row).
    const compare = [
      `const p = ${X};`,
      ...neighbourOf('p', window, H),
      `let total = ${FAR};`,
      `if (p !== ${centre} && ${isInside(H, W)}) {`,
      'total = 0;',
      `for (let u = 0; u < ${patch}; u++) {`,
      `for (let i = 0; i < ${patch * C}; i++) {`,
      `const d = ${at(remainder(Z, H), Y)} - ${at(int('row'), int('column'))};`,
      'total += d * d;',
      '}\n}',
      `total = total < ${FARTHEST} ? total : ${FARTHEST};`,
      '}',
      'return total;',
    ].join('\n');
    // Thread (k, column, row) looks through the window k times, each time for the nearest behind the one before.
    const choose = [
      'let known = -1;',
      `let place = ${centre};`,
      `for (let k = 1; k < ${count}; k++) {`,
      `if (k <= ${X}) {`,
      `let best = ${FAR};`,
      'let found = 0;',
      `for (let p = 0; p < ${size}; p++) {`,
      `const total = distances[(${Z} * ${W} + ${Y}) * ${size} + ${int('p')}];`,
      'if (total < best && (total > known || (total === known && p > place))) {',
      'best = total;\nfound = p;',
      '}\n}',
      'known = best;\nplace = found;',
      '}\n}',
      'return place;',
    ].join('\n');
    return [
      dispatch({ x }, distances, [size, W, B * H], compare),
      dispatch({ distances }, places, [count, W, B * H], choose),
    ];
  },

  gatherNeighbours([x, places], [y], { window }) {
    const [, H, W, C] = x.shape as [number, number, number, number];
    const other = `((${quotient(Z, H)} * ${H} + ${int('row')}) * ${W} + ${int('column')})`;
    const body = [
      `const p = places[${Z} * ${W} + ${Y}];`,
      ...neighbourOf('p', window, H),
      'let value = 0;',
      `if (${isInside(H, W)}) {`,
      `value = x[${other} * ${C} + ${X}];`,
      '}',
      'return value;',
    ].join('\n');
    return [overPixels({ x, places }, y, body)];
  },

  // Seen from the neighbour: those of its own window whose places lead back to it.
  scatterNeighbours([x, places], [y], { window }) {
    const [, H, W, C] = x.shape as [number, number, number, number];
    const other = `((${quotient(Z, H)} * ${H} + ${int('row')}) * ${W} + ${int('column')})`;
    const body = [
      'let sum = 0;',
      `for (let p = 0; p < ${window ** 2}; p++) {`,
      ...neighbourOf('p', window, H),
      `if (${isInside(H, W)}) {`,
      `if (places[${other}] === ${window ** 2 - 1} - p) {`,
      `sum += x[${other} * ${C} + ${X}];`,
      '}\n}\n}',
      'return sum;',
    ].join('\n');
    return [overPixels({ x, places }, y, body)];
  },
};

/** A call with a thread for each channel of each pixel. */
function overPixels(inputs: Readonly<Record<string, BufferPlace>>, y: BufferPlace, body: string): Dispatch {
  const [B, H, W, C] = y.shape as [number, number, number, number];
  return dispatch(inputs, y, [C, W, B * H], body);
}

/** Sets `row` and `column` to those of the pixel at a place of the window around a thread's own. */
function neighbourOf(place: string, window: number, H: number): string[] {
  const radius = (window - 1) / 2;
  return [
    `const line = Math.floor((${place} + 0.5) / ${window});`,
    `const row = ${remainder(Z, H)} + line - ${radius};`,
    `const column = ${Y} + ${place} - line * ${window} - ${radius};`,
  ];
}

function isInside(H: number, W: number): string {
  return `row >= 0 && row < ${H} && column >= 0 && column < ${W}`;
}
