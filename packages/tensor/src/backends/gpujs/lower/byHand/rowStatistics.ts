import type { Shader } from './shader.ts';

/** Threads that go through a row together: of a long one, and of a short one, of which each is to have some numbers. */
const [MANY, FEW] = [128, 32];
const LONG = 512;
/** Rows along x, of which there may be no more than 65,535. */
const ACROSS = 32_768;

/**
 * The largest number of each row and the sum of exp(x - largest), in WGSL by hand: [rows, n] -> [rows, 2].
 *
 * Of gpu.js's kernels a thread reads a whole row, far from what its neighbours read. Here a group of threads shares a row,
 * so that they read it side by side; the second time it lies in the multiprocessor's cache.
 */
export function rowStatistics(rows: number, n: number): Shader {
  const threads = n < LONG ? FEW : MANY;
  const joined = (operation: string) =>
    `for (var half = ${threads / 2}u; half > 0; half /= 2) {
    workgroupBarrier();
    if (thread < half) { shared_values[thread] = ${operation}; }
  }
  workgroupBarrier();`;
  const [own, other] = ['shared_values[thread]', 'shared_values[thread + half]'];
  const wgsl = `
@group(0) @binding(1) var<storage, read> x : array<f32>;
@group(0) @binding(2) var<storage, read_write> result : array<f32>;
var<workgroup> shared_values : array<f32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3u, @builtin(local_invocation_index) thread : u32) {
  let row = group.y * ${ACROSS} + group.x;
  if (row >= ${rows}) { return; }
  let first = row * ${n};
  // A row has a first number, which stands in for those that a thread has not.
  var largest = x[first];
  for (var j = thread; j < ${n}; j += ${threads}) {
    let value = x[first + j];
    largest = select(largest, value, value > largest || value != value);
  }
  shared_values[thread] = largest;
  ${joined(`select(${own}, ${other}, ${other} > ${own} || ${other} != ${other})`)}
  let all = shared_values[0];
  workgroupBarrier();
  var total = 0.0;
  for (var j = thread; j < ${n}; j += ${threads}) { total += exp(x[first + j] - all); }
  shared_values[thread] = total;
  ${joined(`${own} + ${other}`)}
  if (thread == 0) {
    result[2 * row] = all;
    result[2 * row + 1] = shared_values[0];
  }
}`;
  const groups = [Math.min(rows, ACROSS), Math.ceil(rows / ACROSS), 1] as const;
  return { wgsl, groups };
}
