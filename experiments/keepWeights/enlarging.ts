import { describeFigure } from '@nlrn/cli';
import { type Dataset, SR_SCALES, type SrScale, toLuma8 } from '@nlrn/data';
import type { EnlargingFigure } from '@nlrn/networks';
import {
  checkEnlargedImages,
  evaluateSuperResolution,
  meanQuality,
  type Network,
  type Quality,
} from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { type ImageFigure, type Measured, showingTest } from './measured.ts';
import type { TableRuns } from './tableRuns.ts';

/** Tests a network on the luma of folders, at each scale that it was trained for, beside bicubic interpolation. */
export async function measureEnlarging(
  network: Network,
  backend: Backend,
  datasets: readonly Dataset[],
  trained: readonly number[],
  runs: TableRuns,
): Promise<Measured> {
  const scales = SR_SCALES.filter((scale) => trained.includes(scale));
  const figures: Record<string, EnlargingFigure> = {};
  const images: ImageFigure[] = [];
  for (const dataset of datasets) for (const scale of scales) checkEnlargedImages(dataset, scale, network);
  for (const [i, dataset] of datasets.entries()) {
    for (const scale of scales) {
      const tested = fromRuns(runs, dataset, scale) ?? (await test(network, backend, dataset, scale));
      const key = `${dataset.name}, x${scale}`;
      figures[key] = {
        scale,
        images: tested.length,
        ...meanQuality(tested.map(({ enlarged }) => enlarged)),
        bicubic: meanQuality(tested.map(({ bicubic }) => bicubic)).psnr,
      };
      console.log(describeFigure(key, figures[key]));
      if (i > 0) continue;
      for (const { name, bicubic, enlarged } of tested)
        images.push({ name, level: `x${scale}`, psnr: enlarged.psnr, rival: bicubic.psnr });
    }
  }
  return { figures, images };
}

/** How well an image was enlarged, by the network and by bicubic interpolation. */
interface Tested {
  readonly name: string;
  readonly enlarged: Quality;
  readonly bicubic: Quality;
}

function fromRuns(runs: TableRuns, dataset: Dataset, scale: SrScale): Tested[] | undefined {
  const own = runs.own(dataset, { scale });
  const rival = runs.rival(dataset, { scale });
  return (
    rival &&
    own?.images.map(({ name, restored }, i) => ({
      name,
      enlarged: restored,
      bicubic: rival.images[i]!.restored,
    }))
  );
}

function test(
  network: Network,
  backend: Backend,
  dataset: Dataset,
  scale: SrScale,
): Promise<readonly Tested[]> {
  const images = dataset.images.map((item) => ({ ...item, image: toLuma8(item.image) }));
  return showingTest((onProgress) =>
    evaluateSuperResolution({
      network,
      backend,
      dataset: { ...dataset, images },
      scales: [scale],
      onProgress,
    }),
  );
}
