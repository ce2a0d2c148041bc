import { describeFigure } from '@nlrn/cli';
import { type Dataset, SR_SCALES, toLuma8 } from '@nlrn/data';
import type { EnlargingFigure } from '@nlrn/networks';
import { evaluateSuperResolution, meanQuality, type Network } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { checkEnlargedImages } from '../lib/checkEnlargedImages.ts';
import { type ImageFigure, type Measured, showingTest } from './measured.ts';

/** Tests a network on the luma of folders, at each scale that it was trained for, beside bicubic interpolation. */
export async function measureEnlarging(
  network: Network,
  backend: Backend,
  datasets: readonly Dataset[],
  trained: readonly number[],
): Promise<Measured> {
  const scales = SR_SCALES.filter((scale) => trained.includes(scale));
  const figures: Record<string, EnlargingFigure> = {};
  const images: ImageFigure[] = [];
  for (const [i, dataset] of datasets.entries()) {
    for (const scale of scales) checkEnlargedImages(dataset, scale);
    const luma = {
      ...dataset,
      images: dataset.images.map((item) => ({ ...item, image: toLuma8(item.image) })),
    };
    const results = await showingTest((onProgress) =>
      evaluateSuperResolution({ network, backend, dataset: luma, scales, onProgress }),
    );
    for (const scale of scales) {
      const own = results.filter((result) => result.scale === scale);
      const key = `${dataset.name}, x${scale}`;
      const bicubic = meanQuality(own.map(({ bicubic }) => bicubic)).psnr;
      figures[key] = {
        scale,
        images: own.length,
        ...meanQuality(own.map(({ enlarged }) => enlarged)),
        bicubic,
      };
      console.log(describeFigure(key, figures[key]));
    }
    if (i > 0) continue;
    for (const { name, scale, bicubic, enlarged } of results)
      images.push({ name, level: `x${scale}`, psnr: enlarged.psnr, rival: bicubic.psnr });
  }
  return { figures, images };
}
