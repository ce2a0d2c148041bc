import type { Finish } from './product.ts';

/**
 * The same product as in `product.ts`, in WGSL by hand, for GPUs.
 *
 * There a thread loads 5 numbers for 4 multiplications. Here a group of threads keeps a part of each matrix in memory of
 * its own, and each of them computes 4 x 4 results: 8 loads, from there, for 16.
 */

/** Rows and columns of the result that a group computes, and terms that it keeps at a time. */
const BLOCK = 64;
const DEPTH = 16;
/** Threads along each axis of a group: each has 4 rows side by side, and 4 columns that lie a side apart. */
const SIDE = BLOCK / 4;
/** Of one term's column of the left block: one more, so that threads that store side by side meet different banks. */
const STRIDE = BLOCK + 1;

/**
 * A product whose sum runs over `turns` times `terms`. In the texts, in WGSL, `z` is the number of the matrix, `u` of the
 * turn and `k` of the term, all i32; rows and columns beyond the last may be read, wherever that is.
 */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
  readonly batch: number;
  readonly turns: number;
  readonly terms: number;
  /** An element of a, or what it is made to be, for `row` */
  readonly left: string;
  /** Do elements of a lie side by side for rows, and not for terms? */
  readonly rowsSideBySide: boolean;
  /** Index in b, for `column` */
  readonly right: string;
  /** Is the turn part of the sum? */
  readonly test?: string;
  readonly finish: Finish;
  /** Names of what is read beside a and b */
  readonly more: readonly string[];
}

/** A kernel in WGSL, with inputs and output where gpu.js's kernels have them, and its groups of threads. */
export interface Shader {
  readonly wgsl: string;
  readonly groups: readonly [number, number, number];
  /** Is the product so large that blocks are worth it? */
  readonly isLarge: boolean;
}

/** The kernel of a product; its result is [batch, rows, columns]. */
export function tiled(tiling: Tiling): Shader {
  const { rows, columns, batch, turns, terms, left, right, rowsSideBySide, test = 'true' } = tiling;
  const { finish, more } = tiling;
  const four = (line: (i: number) => string) => [0, 1, 2, 3].map(line).join('\n');
  const [rowOf, termOf] = rowsSideBySide
    ? [`e % ${BLOCK}`, `e / ${BLOCK}`]
    : [`e / ${DEPTH}`, `e % ${DEPTH}`];
  const place = `(z * ${rows} + row)`;
  const at = { index: `${place} * ${columns} + column`, row: place, column: 'column' };
  const wgsl = `
@group(0) @binding(1) var<storage, read> a : array<f32>;
@group(0) @binding(2) var<storage, read> b : array<f32>;
${more.map((name, i) => `@group(0) @binding(${3 + i}) var<storage, read> ${name} : array<f32>;`).join('\n')}
@group(0) @binding(${3 + more.length}) var<storage, read_write> result : array<f32>;
var<workgroup> lefts : array<f32, ${DEPTH * STRIDE}>;
var<workgroup> rights : array<f32, ${DEPTH * BLOCK}>;

fn fetch(z : i32, u : i32, first : i32, firstRow : i32, firstColumn : i32, thread : i32) {
  for (var e = thread; e < ${DEPTH * BLOCK}; e += ${SIDE * SIDE}) {
    let row = firstRow + ${rowOf};
    let k = first + ${termOf};
    lefts[(${termOf}) * ${STRIDE} + ${rowOf}] = select(0.0, ${left}, k < ${terms});
  }
  for (var e = thread; e < ${DEPTH * BLOCK}; e += ${SIDE * SIDE}) {
    let column = firstColumn + e % ${BLOCK};
    let k = first + e / ${BLOCK};
    rights[e] = select(0.0, b[${right}], k < ${terms});
  }
}

@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(
  @builtin(workgroup_id) group : vec3u,
  @builtin(local_invocation_id) local : vec3u,
  @builtin(local_invocation_index) thread : u32
) {
  let z = i32(group.z);
  let firstRow = i32(group.y) * ${BLOCK};
  let firstColumn = i32(group.x) * ${BLOCK};
${four((i) => `var sum${i} = vec4f();`)}
  for (var u = 0; u < ${turns}; u++) {
    if (!(${test})) { continue; }
    for (var first = 0; first < ${terms}; first += ${DEPTH}) {
      fetch(z, u, first, firstRow, firstColumn, i32(thread));
      workgroupBarrier();
      for (var d = 0u; d < ${DEPTH}; d++) {
        let at = d * ${STRIDE} + local.y * 4;
        let x = vec4f(lefts[at], lefts[at + 1], lefts[at + 2], lefts[at + 3]);
${four((i) => `sum${i} = fma(x, vec4f(rights[d * ${BLOCK} + local.x + ${i * SIDE}]), sum${i});`)}
      }
      workgroupBarrier();
    }
  }
${four(
  (i) => `{
    let column = firstColumn + i32(local.x) + ${i * SIDE};
    for (var r = 0; r < 4; r++) {
      let row = firstRow + i32(local.y) * 4 + r;
      if (row < ${rows} && column < ${columns}) { result[${at.index}] = ${finish.formula(`sum${i}[r]`, at)}; }
    }
  }`,
)}
}`.replaceAll('Math.', '');
  const groups = [Math.ceil(columns / BLOCK), Math.ceil(rows / BLOCK), batch] as const;
  return { wgsl, groups, isLarge: columns >= BLOCK / 2 && rows >= BLOCK / 2 && turns * terms >= DEPTH };
}
