import { describeTrainedNoise, describeTrainedScales, type Figure } from '@nlrn/networks';
import { formatBytes } from '@nlrn/tensor';
import type { Model } from './installed.ts';

/** Lines that say what a model is: its size, the noise that it knows or the scales, and its figures. */
export function describeModel({ name, bytes, parameters, noise, scales, figures }: Model): string[] {
  const table = Object.entries(figures).map(([where, figure]) => `  ${describeFigure(where, figure)}`);
  const training = scales ? describeTrainedScales(scales) : describeTrainedNoise(noise);
  return [
    `${name}: ${parameters} parameters, ${formatBytes(bytes)}; ${training}`,
    ...(table.length > 0 ? table : ['  no figures; "pnpm exp keep-weights" adds them']),
  ];
}

/** `set12, sigma 25: 30.21 dB, SSIM 0.8558, BM3D 29.92 dB, 12 images` */
export function describeFigure(where: string, figure: Figure): string {
  const { psnr, ssim, images } = figure;
  const place = 'scale' in figure || where.includes('sigma') ? where : `${where}, sigma ${figure.sigma}`;
  const [rival, its] = 'scale' in figure ? ['bicubic', figure.bicubic] : ['BM3D', figure.bm3d];
  return [
    `${place}: ${psnr.toFixed(2)} dB`,
    `SSIM ${ssim.toFixed(4)}`,
    ...(its === undefined ? [] : [`${rival} ${its.toFixed(2)} dB`]),
    `${images} images`,
  ].join(', ');
}
