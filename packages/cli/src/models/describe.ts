import { describeTrainedNoise } from '@nlrn/networks';
import { formatBytes } from '@nlrn/tensor';
import type { Model } from './installed.ts';

/** Lines that say what a model is: its size, the noise that it knows, and its figures. */
export function describeModel({ name, bytes, parameters, noise, figures }: Model): string[] {
  const table = Object.entries(figures).map(
    ([where, { sigma, images, psnr, ssim, bm3d }]) =>
      `  ${[
        `${where.includes('sigma') ? where : `${where}, sigma ${sigma}`}: ${psnr.toFixed(2)} dB`,
        `SSIM ${ssim.toFixed(4)}`,
        ...(bm3d === undefined ? [] : [`BM3D ${bm3d.toFixed(2)} dB`]),
        `${images} images`,
      ].join(', ')}`,
  );
  return [
    `${name}: ${parameters} parameters, ${formatBytes(bytes)}; ${describeTrainedNoise(noise)}`,
    ...(table.length > 0 ? table : ['  no figures; "pnpm exp keep-weights" adds them']),
  ];
}
