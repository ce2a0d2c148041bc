import { range } from '../source.ts';
import { MATRIX, type Matrices, SUBGROUP } from './matrices.ts';
import type { Shader } from './shader.ts';
import {
  type Block,
  bindingsOf,
  blockFor,
  groupsOf,
  leftLoads,
  overTerms,
  rightLoads,
  type Slot,
  THREADS,
  type Tiling,
  typeOf,
} from './tiling.ts';

/**
 * The same product as in `tiled.ts`, on a card's matrix units: factors are rounded to float16, sums are float32.
 *
 * float16 has no numbers below 6e-8, where gradients are. So a group multiplies what it keeps by a power of two that brings the
 * largest of it to between 2^14 and 2^15; where a later part has a larger one, the sums so far are brought to the new scale.
 * Errors are then those of rounding to 11 bits, relative to the largest number of a block's rows, or columns, so far.
 */

/** Terms that a group keeps at a time. */
const DEPTH = 32;
/** Elements between the ends of lines in the group's memory, so that lines begin in different banks; 16 bytes, as must be. */
const GAP = 8;
const SUBGROUPS = THREADS / SUBGROUP;

/** The kernel of a product with float16 factors. */
export function inMatrices(tiling: Tiling, matrices: Matrices): Shader {
  const { left, right } = tiling;
  const { inFours } = right;
  const block = blockFor(tiling);
  const [lefts, rights] = [leftLoads(tiling, block, DEPTH), rightLoads(tiling, block, DEPTH)];
  const layout = layoutOf(tiling, block);
  const { element } = matrices;
  const loop = overTerms(tiling, DEPTH, {
    load: [...lefts.load, ...rights.load],
    multiply: range(DEPTH / MATRIX).map((d) => multiplied(d, layout, matrices)),
    store: [
      `let own = vec2f(${matrices.largest(largestOf(lefts.slots))}, ${matrices.largest(largestOf(rights.slots))});`,
      // The same in all threads of a subgroup; that several write a place is a race even so.
      'if (lane == 0u) { maxima[subgroup] = own; }',
      // Waits for all threads, before and after.
      'let all = workgroupUniformLoad(&maxima);',
      'var largest = vec2f();',
      `for (var i = 0; i < ${SUBGROUPS}; i++) { largest = max(largest, all[i]); }`,
      'let exponent = max(exponents, (bitcast<vec2u>(largest) >> vec2u(23u)) & vec2u(255u));',
      'if (any(exponent != exponents)) {',
      'let change = exponent.x + exponent.y - exponents.x - exponents.y;',
      'let factor = select(0.0, bitcast<f32>((127u - min(change, 126u)) << 23u), change < 126u);',
      ...resultsOf(layout).map((name) => matrices.scale(name, 'factor')),
      'exponents = exponent;',
      '}',
      'let scales = bitcast<vec2f>((vec2u(268u) - exponents) << vec2u(23u));',
      ...lefts.slots.flatMap((slot) =>
        stored('lefts', slot, layout.leftStride, tiling.rowsSideBySide, 'scales.x', element),
      ),
      ...rights.slots.flatMap((slot) =>
        stored('rights', slot, layout.rightStride, true, 'scales.y', element),
      ),
      'workgroupBarrier();',
    ],
  });
  const wgsl = `${matrices.enable}
${bindingsOf(tiling, { a: typeOf(left.inFours), b: typeOf(inFours), result: 'f32' })}
var<workgroup> lefts : array<${element}, ${layout.leftStride * (tiling.rowsSideBySide ? DEPTH : block.rows)}>;
var<workgroup> rights : array<${element}, ${layout.rightStride * DEPTH}>;
var<workgroup> results : array<f32, ${SUBGROUPS * MATRIX * MATRIX}>;
var<workgroup> maxima : array<vec2f, ${SUBGROUPS}>;
${matrices.declare}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group : vec3u,
  @builtin(local_invocation_index) index : u32,
  ${matrices.parameters}
) {
  ${matrices.find}
  let thread = i32(index);
  let z = i32(group.z);
  let firstRow = i32(group.y) * ${block.rows};
  let firstColumn = i32(group.x) * ${block.columns};
  let ownRow = subgroup / ${layout.across}u * ${layout.matricesDown * MATRIX}u;
  let ownAcross = subgroup % ${layout.across}u * ${layout.matricesAcross * MATRIX}u;
  // As float32 has them: of the largest number so far, of rows and of columns.
  var exponents = vec2u(14u);
${[...lefts.before, ...rights.before].join('\n')}
${resultsOf(layout)
  .map((name) => `var ${name} = ${matrices.zero};`)
  .join('\n')}
${loop}
  let unscaled = bitcast<vec2f>((exponents - vec2u(14u)) << vec2u(23u));
${range(layout.matricesDown)
  .flatMap((i) => range(layout.matricesAcross).map((j) => written(i, j, tiling, matrices)))
  .join('\n')}
}`.replaceAll('Math.', '');
  return { wgsl, groups: groupsOf(tiling, block) };
}

/** How the subgroups share a block, and how far lines lie apart in the group's memory. */
interface Layout {
  /** Subgroups side by side */
  readonly across: number;
  /** Matrices of a subgroup */
  readonly matricesDown: number;
  readonly matricesAcross: number;
  readonly leftStride: number;
  readonly rightStride: number;
  readonly rowsSideBySide: boolean;
}

function layoutOf({ rowsSideBySide }: Tiling, { rows, columns }: Block): Layout {
  // So that the part of each is nearly a square.
  const down = rows > columns ? 4 : 2;
  const across = SUBGROUPS / down;
  return {
    across,
    matricesDown: rows / down / MATRIX,
    matricesAcross: columns / across / MATRIX,
    leftStride: (rowsSideBySide ? rows : DEPTH) + GAP,
    rightStride: columns + GAP,
    rowsSideBySide,
  };
}

/** The names of a subgroup's results. */
function resultsOf({ matricesDown, matricesAcross }: Layout): string[] {
  return range(matricesDown).flatMap((i) => range(matricesAcross).map((j) => `sum${i}_${j}`));
}

/** The largest magnitude of what a thread has loaded; of NaN it may be any. */
function largestOf(slots: readonly Slot[]): string {
  const sizes = slots.map(({ value, width }) => {
    if (width === 1) return `abs(${value})`;
    return `max(max(abs(${value}.x), abs(${value}.y)), max(abs(${value}.z), abs(${value}.w)))`;
  });
  return sizes.reduce((all, size) => `max(${all}, ${size})`);
}

/** Puts what a thread has loaded into the group's memory, scaled: lines of terms, or of what belongs to one term. */
function stored(
  matrix: string,
  { value, width, at, k }: Slot,
  stride: number,
  isLineOfTerm: boolean,
  scale: string,
  element: string,
): string[] {
  const place = isLineOfTerm ? `${k} * ${stride} + ${at}` : `${at} * ${stride} + ${k}`;
  return range(width).map(
    (c) =>
      `${matrix}[${place}${c === 0 ? '' : ` + ${c}`}] = ${element}(${value}${width === 1 ? '' : `[${c}]`} * ${scale});`,
  );
}

/** Multiplies 16 terms of what is in the group's memory. */
function multiplied(d: number, layout: Layout, matrices: Matrices): string {
  const { matricesDown, matricesAcross, leftStride, rightStride, rowsSideBySide } = layout;
  const [down, across] = [range(matricesDown), range(matricesAcross)];
  const lefts = down.map((i) => {
    const row = `(ownRow + ${i * MATRIX}u)`;
    const offset = rowsSideBySide
      ? `${d * MATRIX * leftStride}u + ${row}`
      : `${row} * ${leftStride}u + ${d * MATRIX}u`;
    return `let x${i} = ${matrices.left(offset, leftStride, rowsSideBySide ? 'col_major' : 'row_major')};`;
  });
  const rights = across.map(
    (j) =>
      `let y${j} = ${matrices.right(`${d * MATRIX * rightStride}u + ownAcross + ${j * MATRIX}u`, rightStride)};`,
  );
  const products = down.flatMap((i) =>
    across.map((j) => matrices.multiply(`x${i}`, `y${j}`, `sum${i}_${j}`)),
  );
  return ['{', ...lefts, ...rights, ...products, '}'].join('\n');
}

/** Writes one matrix of a subgroup, by way of the group's memory, from where each thread takes some elements. */
function written(i: number, j: number, { rows, columns, finish }: Tiling, matrices: Matrices): string {
  const place = `(z * ${rows} + row)`;
  const column = 'column';
  const index = `(${place} * ${columns} + ${column})`;
  const value = finish.formula('value', { index, row: place, column });
  return `{
    ${matrices.store(`subgroup * ${MATRIX * MATRIX}u`, `sum${i}_${j}`)}
    workgroupBarrier();
    for (var e = lane; e < ${MATRIX * MATRIX}u; e += ${SUBGROUP}u) {
      let row = firstRow + i32(ownRow + ${i * MATRIX}u + e / ${MATRIX}u);
      let column = firstColumn + i32(ownAcross + ${j * MATRIX}u + e % ${MATRIX}u);
      if (row < ${rows} && column < ${columns}) {
        let value = results[subgroup * ${MATRIX * MATRIX}u + e] * unscaled.x * unscaled.y;
        result[${place} * ${columns} + column] = ${value};
      }
    }
    workgroupBarrier();
  }`;
}
