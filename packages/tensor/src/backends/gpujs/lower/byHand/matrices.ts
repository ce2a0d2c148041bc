/**
 * Matrices of 16 x 16 that the threads of a subgroup hold and multiply together, as texts in WGSL: what a graphics card's matrix
 * units do. Both factors are of `element`, their product is float32.
 */
export interface Matrices {
  /** What stands before all declarations, and after those of `lefts` and `rights`, the group's memory */
  readonly enable: string;
  readonly declare: string;
  readonly element: 'f16' | 'f32';
  /** Parameters of the kernel, and statements that find `lane` and `subgroup`, u32 */
  readonly parameters: string;
  readonly find: string;
  /** A result of zeros */
  readonly zero: string;
  /** A factor from the group's memory, whose rows, or columns, are so far apart */
  left(offset: string, stride: number, lines: Lines): string;
  /** The right factor from the group's memory, whose rows are so far apart */
  right(offset: string, stride: number): string;
  /** A statement that adds a product to a result */
  multiply(left: string, right: string, result: string): string;
  /** A statement that multiplies a result by a number */
  scale(result: string, factor: string): string;
  /** A statement that puts a result into `results` in the group's memory, in rows of 16 */
  store(offset: string, result: string): string;
  /** The largest of what the threads of a subgroup have */
  largest(x: string): string;
}

/** What a line of the group's memory holds: terms of a row, or rows of a term. */
export type Lines = 'row_major' | 'col_major';

/** Threads of a subgroup. */
export const SUBGROUP = 32;
/** Rows, columns and terms of a matrix. */
export const MATRIX = 16;

/** Dawn's experimental subgroup matrices, which reach matrix units where the driver offers them. */
export const subgroupMatrices: Matrices = {
  enable: 'enable f16;\nenable subgroups;\nenable chromium_experimental_subgroup_matrix;',
  declare: '',
  element: 'f16',
  parameters: '@builtin(subgroup_id) subgroup : u32, @builtin(subgroup_invocation_id) lane : u32',
  find: '',
  zero: `subgroup_matrix_result<f32, ${MATRIX}, ${MATRIX}>()`,
  left: (offset, stride, lines) =>
    `subgroupMatrixLoad<subgroup_matrix_left<f16, ${MATRIX}, ${MATRIX}>, ${lines}>(&lefts, ${offset}, ${stride}u)`,
  right: (offset, stride) =>
    `subgroupMatrixLoad<subgroup_matrix_right<f16, ${MATRIX}, ${MATRIX}>, row_major>(&rights, ${offset}, ${stride}u)`,
  multiply: (left, right, result) =>
    `${result} = subgroupMatrixMultiplyAccumulate(${left}, ${right}, ${result});`,
  scale: (result, factor) => `${result} = subgroupMatrixScalarMultiply(${result}, ${factor});`,
  store: (offset, result) => `subgroupMatrixStore<row_major>(&results, ${offset}, ${result}, ${MATRIX}u);`,
  largest: (x) => `subgroupMax(${x})`,
};
