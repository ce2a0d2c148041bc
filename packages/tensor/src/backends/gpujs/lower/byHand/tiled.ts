import { range } from '../source.ts';
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
 * The same product as in `product.ts`, in WGSL by hand, for GPUs.
 *
 * There a thread loads 5 numbers for 4 multiplications. Here a group of 256 threads computes a block of the result, of 128 x
 * 128 where there are enough of them. It keeps 16 terms of the block's rows and columns in memory of its own, of which each
 * thread loads 16 numbers for 64 multiplications; the next terms are on their way from the card's memory meanwhile.
 */

/** Terms that a group keeps at a time. */
const DEPTH = 16;
/** Terms whose multiplications are written out: all sixteen take some drivers seconds to compile. */
const UNROLLED = 4;
/** Threads along each side of a group. Each has rows in fours, and columns in fours or one by one, far apart. */
const SIDE = 16;

/** The kernel of a product in float32. */
export function tiled(tiling: Tiling): Shader {
  const { left, right, isFloat32 } = tiling;
  const { inFours } = right;
  const block = blockFor(tiling);
  const [lefts, rights] = [leftLoads(tiling, block, DEPTH), rightLoads(tiling, block, DEPTH)];
  const writesFours = isFloat32 && inFours;
  const loop = overTerms(tiling, DEPTH, {
    load: [...lefts.load, ...rights.load],
    multiply: [
      `for (var d = 0; d < ${DEPTH}; d += ${UNROLLED}) {`,
      'let change = (d >> 1) & 6;',
      ...range(UNROLLED).map((i) => multiplied(i, tiling, block)),
      '}',
    ],
    store: [
      'workgroupBarrier();',
      ...lefts.slots.flatMap((slot) => storeLeft(slot, tiling, block)),
      ...rights.slots.map(({ value, width, at, k }) => {
        const place = width === 1 ? at : `${at} / 4`;
        return `rights[${k} * ${block.columns / width} + ${place}] = ${value};`;
      }),
      'workgroupBarrier();',
    ],
  });
  const wgsl = `
${bindingsOf(tiling, { a: typeOf(left.inFours), b: typeOf(inFours), result: typeOf(writesFours) })}
var<workgroup> lefts : array<${storesWhole(tiling) ? 'vec4f' : 'array<f32, 4>'}, ${(DEPTH * block.rows) / 4}>;
var<workgroup> rights : array<${typeOf(inFours)}, ${(DEPTH * block.columns) / (inFours ? 4 : 1)}>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group : vec3u, @builtin(local_invocation_index) index : u32) {
  let thread = i32(index);
  let across = thread % ${SIDE};
  let down = thread / ${SIDE};
  let z = i32(group.z);
  let firstRow = i32(group.y) * ${block.rows};
  let firstColumn = i32(group.x) * ${block.columns};
${[...lefts.before, ...rights.before].join('\n')}
${sums(block)
  .map((name) => `var ${name} = vec4f();`)
  .join('\n')}
${loop}
${written(tiling, block, writesFours)}
}`.replaceAll('Math.', '');
  return { wgsl, groups: groupsOf(tiling, block) };
}

/** The names of the sums, of four rows and one column each. */
function sums({ rows, columns }: Block): string[] {
  return range(rows / 4 / SIDE).flatMap((i) => range(columns / SIDE).map((c) => `sum${i}_${c}`));
}

/**
 * Whether a thread has whole fours of a term's rows to store, so that the group's memory may have them as vectors.
 *
 * Where a four is of several threads it is an array: to write an element of a vector may write all of it, in WGSL.
 */
function storesWhole({ left, rowsSideBySide }: Tiling): boolean {
  return rowsSideBySide && left.inFours;
}

/**
 * Puts what a thread has loaded of the left matrix into the group's memory, where each term has its rows in fours.
 *
 * The number of a four is changed by bits of its term, so that threads that store one row's terms, or four rows of one term, side by
 * side meet different banks.
 */
function storeLeft({ value, width, at, k }: Slot, tiling: Tiling, { rows }: Block): string[] {
  const four = (term: string) =>
    `lefts[${term} * ${rows / 4} + ((${at} / 4) ^ (((${term} >> 1) & 6) | (${term} & 1)))]`;
  if (storesWhole(tiling)) return [`${four(k)} = ${value};`];
  if (width === 1) return [`${four(k)}[${at} % 4] = ${value};`];
  return range(width).map((c) => `${four(`(${k} + ${c})`)}[${at} % 4] = ${value}[${c}];`);
}

/** Multiplies term d + i of what is in the group's memory. */
function multiplied(i: number, tiling: Tiling, block: Block): string {
  const { inFours } = tiling.right;
  const fours = range(block.rows / 4 / SIDE);
  const columns = range(block.columns / SIDE);
  const x = fours.flatMap((four) => {
    const place = `lefts[(d + ${i}) * ${block.rows / 4} + ${four * SIDE} + (down ^ (change | ${i & 1}))]`;
    if (storesWhole(tiling)) return [`let x${four} = ${place};`];
    const rows = range(4).map((r) => `(*left${four})[${r}]`);
    return [`let left${four} = &${place};`, `let x${four} = vec4f(${rows.join(', ')});`];
  });
  const loaded = inFours ? range(columns.length / 4) : columns;
  const inTerm = inFours ? block.columns / 4 : block.columns;
  const y = loaded.map((j) => `let y${j} = rights[(d + ${i}) * ${inTerm} + ${j * SIDE} + across];`);
  const element = (c: number) => (inFours ? `y${c >> 2}[${c & 3}]` : `y${c}`);
  const products = fours.flatMap((four) =>
    columns.map((c) => `sum${four}_${c} = fma(x${four}, vec4f(${element(c)}), sum${four}_${c});`),
  );
  return ['{', ...x, ...y, ...products, '}'].join('\n');
}

/** Writes a thread's results. */
function written({ rows, columns, finish, right }: Tiling, block: Block, inFours: boolean): string {
  const place = `(z * ${rows} + row)`;
  const element = (i: number, r: number, c: number, column: string) =>
    finish.formula(`sum${i}_${c}[${r}]`, {
      index: `(${place} * ${columns} + ${column})`,
      row: place,
      column,
    });
  const columnOf = (c: number) =>
    right.inFours ? `across * 4 + ${(c >> 2) * 4 * SIDE + (c & 3)}` : `across + ${c * SIDE}`;
  const inColumn = (c: number, statement: string) =>
    [
      `{ let column = firstColumn + ${columnOf(c)};`,
      columns % block.columns === 0 ? statement : `if (column < ${columns}) { ${statement} }`,
      '}',
    ].join('\n');
  const inRow = (i: number, r: number) =>
    inFours
      ? range(block.columns / 4 / SIDE).map((j) => {
          const four = range(4).map((c) => element(i, r, 4 * j + c, `(column + ${c})`));
          return inColumn(
            4 * j,
            `result[(${place} * ${columns} + column) >> 2u] = vec4f(${four.join(', ')});`,
          );
        })
      : range(block.columns / SIDE).map((c) =>
          inColumn(c, `result[${place} * ${columns} + column] = ${element(i, r, c, 'column')};`),
        );
  return range(block.rows / 4 / SIDE)
    .flatMap((i) => range(4).map((r) => [i, r] as const))
    .map(([i, r]) =>
      [
        `{ let row = firstRow + down * 4 + ${i * 4 * SIDE + r};`,
        `if (row < ${rows}) {`,
        ...inRow(i, r),
        '} }',
      ].join('\n'),
    )
    .join('\n');
}
