import { CLASSIC } from '@nlrn/classic';
import { describeFigure } from '@nlrn/cli';
import { type Dataset, noisyVersion } from '@nlrn/data';
import type { DenoisingFigure } from '@nlrn/networks';
import { evaluate, meanQuality, type Network, type Quality, quality, type TrainedNoise } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { madeGrey } from '../comparison/sets.ts';
import { NOISE_SEED } from '../lib/noise.ts';
import { type ImageFigure, type Measured, showingTest } from './measured.ts';
import type { TableRuns } from './tableRuns.ts';

/**
 * Tests a network that removes noise on folders, colours made grey.
 *
 * On the first folder all levels are tested, and BM3D beside the network: `denoise` takes the network where it is better.
 */
export async function measureDenoising(
  network: Network,
  backend: Backend,
  folders: readonly Dataset[],
  { trained, runs, threads }: DenoisingTest,
): Promise<Measured> {
  const figures: Record<string, DenoisingFigure> = {};
  const images: ImageFigure[] = [];
  for (const { dataset, sigma, isFirst } of casesOf(folders.map(madeGrey), trained)) {
    const tested = runs.own(dataset, { sigma }) ?? (await test(network, backend, dataset, sigma, trained));
    const bm3d = isFirst
      ? (runs.rival(dataset, { sigma }) ?? (await testBm3d(dataset, sigma, threads)))
      : undefined;
    const key =
      trained.low === trained.high && trained.low === sigma
        ? dataset.name
        : `${dataset.name}, sigma ${sigma}`;
    figures[key] = {
      sigma,
      images: tested.images.length,
      ...tested.mean.restored,
      ...(bm3d && { bm3d: bm3d.mean.restored.psnr }),
    };
    for (const [i, { name, restored }] of (bm3d?.images ?? []).entries()) {
      const { psnr } = tested.images[i]!.restored;
      images.push({ name, level: `sigma ${sigma}`, psnr, rival: restored.psnr });
    }
    console.log(describeFigure(key, figures[key]));
  }
  return { figures, images };
}

/** What a test needs beside the network. */
export interface DenoisingTest {
  readonly trained: TrainedNoise;
  readonly runs: TableRuns;
  readonly threads: number | undefined;
}

/** What became of each image, in order, and the means. */
interface Tested {
  readonly images: readonly { readonly name: string; readonly restored: Quality }[];
  readonly mean: { readonly restored: Quality };
}

async function test(
  network: Network,
  backend: Backend,
  dataset: Dataset,
  sigma: number,
  trained: TrainedNoise,
): Promise<Tested> {
  const { images, mean } = await showingTest((onProgress) =>
    evaluate({ network, backend, dataset, sigma, trained, onProgress }),
  );
  // It has no signal that could stop it.
  return { images, mean: mean! };
}

/** BM3D on the noisy images that the network is given. */
async function testBm3d(dataset: Dataset, sigma: number, threads: number | undefined): Promise<Tested> {
  const images: { name: string; restored: Quality }[] = [];
  for (const item of dataset.images) {
    const restored = await CLASSIC.bm3d.run(noisyVersion(item, sigma, NOISE_SEED), { sigma, threads });
    images.push({ name: item.name, restored: quality(item, restored) });
  }
  return { images, mean: { restored: meanQuality(images.map(({ restored }) => restored)) } };
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
