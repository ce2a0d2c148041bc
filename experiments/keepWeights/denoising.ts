import { CLASSIC } from '@nlrn/classic';
import { describeFigure } from '@nlrn/cli';
import { type Dataset, noisyVersion, toGrey } from '@nlrn/data';
import type { DenoisingFigure } from '@nlrn/networks';
import { evaluate, type Network, quality, type TrainedNoise } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { type ImageFigure, type Measured, showingTest } from './measured.ts';

/**
 * Tests a network that removes noise on folders, colours made grey.
 *
 * On the first folder all levels are tested, and BM3D beside the network: `denoise` takes the network where it is better.
 */
export async function measureDenoising(
  network: Network,
  backend: Backend,
  folders: readonly Dataset[],
  trained: TrainedNoise,
  threads: number | undefined,
): Promise<Measured> {
  const figures: Record<string, DenoisingFigure> = {};
  const images: ImageFigure[] = [];
  for (const { dataset, sigma, isFirst } of casesOf(folders.map(inGrey), trained)) {
    const tested = await showingTest((onProgress) =>
      evaluate({ network, backend, dataset, sigma, trained, onProgress }),
    );
    const bm3d = isFirst ? await bm3dOn(dataset, sigma, threads) : undefined;
    const key =
      trained.low === trained.high && trained.low === sigma
        ? dataset.name
        : `${dataset.name}, sigma ${sigma}`;
    const mean = bm3d && bm3d.reduce((sum, psnr) => sum + psnr, 0) / bm3d.length;
    figures[key] = {
      sigma,
      images: tested.images.length,
      ...tested.mean.restored,
      ...(mean !== undefined && { bm3d: mean }),
    };
    for (const [i, rival] of (bm3d ?? []).entries()) {
      const { name, restored } = tested.images[i]!;
      images.push({ name, level: `sigma ${sigma}`, psnr: restored.psnr, rival });
    }
    console.log(describeFigure(key, figures[key]));
  }
  return { figures, images };
}

function inGrey(dataset: Dataset): Dataset {
  return { ...dataset, images: dataset.images.map(({ name, image }) => ({ name, image: toGrey(image) })) };
}

/** The PSNR of what BM3D makes of the noisy images that the network is given. */
async function bm3dOn({ images }: Dataset, sigma: number, threads: number | undefined): Promise<number[]> {
  const found: number[] = [];
  for (const item of images) {
    const restored = await CLASSIC.bm3d.run(noisyVersion(item, sigma, 0), { sigma, threads });
    found.push(quality(item, restored).psnr);
  }
  return found;
}

/** Levels of the papers' tables, and between them; the papers' own. */
const LEVELS = [5, 10, 15, 25, 40, 50];
const OF_TABLES = [15, 25, 50];

/** On the first folder all levels are tested; on others those of the tables that weights were trained for, or their own. */
function casesOf(datasets: readonly Dataset[], noise: TrainedNoise) {
  const isTrained = (sigma: number) => noise.low <= sigma && sigma <= noise.high;
  const own = noise.low === noise.high ? [noise.low] : OF_TABLES.filter(isTrained);
  const all =
    noise.low === noise.high
      ? [...new Set([...LEVELS, noise.low])].sort((a, b) => a - b)
      : LEVELS.filter((sigma) => sigma <= noise.high);
  return datasets.flatMap((dataset, i) =>
    (i === 0 ? all : own).map((sigma) => ({ dataset, sigma, isFirst: i === 0 })),
  );
}
