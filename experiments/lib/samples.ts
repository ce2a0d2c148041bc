import { join } from 'node:path';
import { generatedDataset, type Image, type NamedImage, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { createRestorer, type Network, type Restorer, TrainingError } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { NOISE_SEED } from './noise.ts';
import type { Run } from './results.ts';
import { runName } from './runFiles.ts';

/**
 * Generated images on which networks are looked at, one of each kind: during training by their PSNR, and in crops.
 *
 * Whatever a network is trained and tested on, these are others, and anybody may have them.
 */
const SAMPLES = generatedDataset('validation', { count: 6, size: 64 });

/** Those that are kept as crops: edges, a texture, and what is not regular. */
export const CROPS: readonly NamedImage[] = SAMPLES.images.filter(({ name }) =>
  /^(facade|bricks|mixed)/.test(name),
);

/** What a network that has diverged makes of an image, and the remedy. */
export const NOT_NUMBERS = 'is restored to pixels that are not numbers; train with a lower rate';

/** Looks at a network whose values lie on a backend. */
export class Samples {
  /** The hash of the images */
  readonly hash = SAMPLES.hash;
  readonly #sigma: number;
  readonly #backend: Backend;
  #restorer: Restorer | undefined;

  constructor(backend: Backend, sigma: number) {
    this.#backend = backend;
    this.#sigma = sigma;
  }

  /** Mean PSNR on the samples, in dB, peak 1, of images clipped and rounded to 8 bits. */
  async psnr(network: Network): Promise<number> {
    let sum = 0;
    for (const sample of SAMPLES.images) {
      sum += psnr(toUint8Range(sample.image), toUint8Range(await this.#restore(network, sample)));
    }
    return sum / SAMPLES.images.length;
  }

  /** Writes noisy, restored and true crops below a preset's folder, and says where. Throws TrainingError at NaN. */
  async writeCrops(network: Network, folder: string, run: Pick<Run, 'id' | 'seed'>): Promise<Run['crops']> {
    makeFolder(join(folder, 'crops'));
    const write = (name: string, image: Image) => {
      writePng(join(folder, 'crops', name), image);
      return `crops/${name}`;
    };
    const crops: Run['crops'] = [];
    for (const sample of CROPS) {
      const restored = await this.#restore(network, sample);
      if (restored.data.some(Number.isNaN)) throw new TrainingError(`${sample.name}: ${NOT_NUMBERS}`);
      crops.push({
        image: sample.name,
        noisy: write(`noisy.${sample.name}`, this.#noisy(sample)),
        restored: write(`${runName(run)}.${sample.name}`, restored),
        truth: write(`truth.${sample.name}`, sample.image),
      });
    }
    return crops;
  }

  #noisy(sample: NamedImage): Image {
    return noisyVersion(sample, this.#sigma, NOISE_SEED);
  }

  /** A network is looked at many times: its programs are kept. */
  #restore(network: Network, sample: NamedImage): Promise<Image> {
    this.#restorer ??= createRestorer(network, this.#backend);
    return this.#restorer(this.#noisy(sample));
  }
}
