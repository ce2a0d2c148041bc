/** Denoising without training: four methods, each an instance of the paper's framework (`framework.ts`). */

export { bilateral } from './bilateral.ts';
export { bm3d } from './bm3d.ts';
export type { ClassicOptions } from './input.ts';
export { nonLocalMeans } from './nonLocalMeans.ts';
export { wnnm } from './wnnm.ts';
