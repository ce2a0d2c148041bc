import { MATRIX, type Matrices, SUBGROUP } from '../../../src/backends/gpujs/lower/byHand/matrices.ts';

/** Elements of a result that a thread has. */
const OWN = (MATRIX * MATRIX) / SUBGROUP;

/** Numbers that a compiler cannot know: it would write all loops out, which takes a minute a kernel. */
const OPAQUE = `own_count = ${OWN}u + (index >> 20u);\nown_terms = ${MATRIX}u + (index >> 20u);`;

/**
 * A card's matrix units in plain WGSL, for devices without: a factor is where it lies in the group's memory (its offset, then how far
 * rows and terms, or terms, lie apart), and each of 32 threads multiplies its elements of a result.
 */
export const imitatedMatrices = (element: 'f16' | 'f32'): Matrices => ({
  enable: element === 'f16' ? 'enable f16;' : '',
  declare: `
var<private> own_lane : u32;
var<private> own_count : u32;
var<private> own_terms : u32;
fn imitated(x : vec3u, y : vec2u, sums : array<f32, ${OWN}>) -> array<f32, ${OWN}> {
  var result = sums;
  for (var n = 0u; n < own_count; n++) {
    let e = own_lane + n * ${SUBGROUP}u;
    for (var k = 0u; k < own_terms; k++) {
      let left = f32(lefts[x.x + e / ${MATRIX}u * x.y + k * x.z]);
      result[n] += left * f32(rights[y.x + k * y.y + e % ${MATRIX}u]);
    }
  }
  return result;
}
var<workgroup> all_own : array<f32, 256>;
fn imitated_largest(x : f32, index : u32) -> f32 {
  workgroupBarrier();
  all_own[index] = x;
  workgroupBarrier();
  var largest = 0.0;
  for (var i = index / ${SUBGROUP}u * ${SUBGROUP}u; i < index / ${SUBGROUP}u * ${SUBGROUP}u + 2u * own_terms; i++) {
    largest = max(largest, all_own[i]);
  }
  return largest;
}`,
  element,
  parameters: '',
  find: `let lane = index % ${SUBGROUP}u;\nlet subgroup = index / ${SUBGROUP}u;\nown_lane = lane;\n${OPAQUE}`,
  zero: `array<f32, ${OWN}>()`,
  left: (offset, stride, lines) =>
    `vec3u(${offset}, ${lines === 'row_major' ? `${stride}u, 1u` : `1u, ${stride}u`})`,
  right: (offset, stride) => `vec2u(${offset}, ${stride}u)`,
  multiply: (left, right, result) => `${result} = imitated(${left}, ${right}, ${result});`,
  scale: (result, factor) => `for (var n = 0u; n < own_count; n++) { ${result}[n] *= ${factor}; }`,
  store: (offset, result) =>
    `for (var n = 0u; n < own_count; n++) { results[${offset} + lane + n * ${SUBGROUP}u] = ${result}[n]; }`,
  largest: (x) => `imitated_largest(${x}, index)`,
});
