/** Denoising without training: four methods, each an instance of the paper's framework (`framework.ts`). */

export { bestMethod, isLarge, megapixels } from './bestMethod.ts';
export { bilateral } from './bilateral.ts';
export { type Bm3dOptions, bm3d } from './bm3d.ts';
export { bm3dAround } from './bm3dAround.ts';
export type { ClassicOptions } from './input.ts';
export { CLASSIC, type ClassicMethod, type ClassicName } from './methods.ts';
export { nonLocalMeans } from './nonLocalMeans.ts';
export { fromOpponentImages, luminanceOf, opponentSigmas, toOpponentImages } from './opponent.ts';
export { wnnm } from './wnnm.ts';
