/** Pixels: noise, patches, augmentation, data sets and image quality. Images are in [0, 1]; files of them are in `./node`. */

export { atScales, dihedral, randomDihedral, rescale, SCALES } from './augment.ts';
export { resize, resizeTo } from './bicubic.ts';
export { LUMA, toGrey, toLuma, toLuma8, toMatlabGrey, withLuma } from './color.ts';
export { DataError } from './dataError.ts';
export { type Dataset, datasetOf, hashImages, hashPixels, joinDatasets } from './dataset.ts';
export { enlargedPatch } from './enlargedPatch.ts';
export { gaussianWeights } from './gaussianWeights.ts';
export {
  createImage,
  cropImage,
  dimensionsOf,
  greyImage,
  type Image,
  mapPixels,
  type NamedImage,
  pasteImage,
  type Rectangle,
} from './image.ts';
export { type MetricOptions, meanSquaredError, psnr, ssim } from './metrics.ts';
export { mirror } from './mirror.ts';
export { addGaussianNoise, noisyVersion } from './noise.ts';
export { estimateNoiseLevel, formatSigma, type WhyLeft, whyLeft } from './noiseLevel.ts';
export { randomPatch } from './patches.ts';
export { quantize, toUint8Range } from './quantize.ts';
export {
  SR_PROTOCOLS,
  SR_SCALES,
  type SrPair,
  type SrProtocol,
  type SrQuality,
  type SrScale,
  type SrTest,
  srBicubic,
  srPair,
  srQuality,
} from './superResolution.ts';
export { generatedDataset, generateImage, KINDS, type Kind } from './synthetic.ts';
export {
  checkTiling,
  inTiles,
  type OnProgress,
  pieceOf,
  type Tile,
  type Tiling,
  tilesOf,
} from './tiles.ts';
