import type { Image } from '@nlrn/data';
import { bilateral } from './bilateral.ts';
import { bm3d } from './bm3d.ts';
import type { ClassicOptions } from './input.ts';
import { nonLocalMeans } from './nonLocalMeans.ts';
import { wnnm } from './wnnm.ts';

/** A method without training, and what is to be known of it. */
export interface ClassicMethod {
  readonly describe: string;
  readonly about: string;
  readonly run: (image: Image, options: ClassicOptions) => Promise<Image>;
  /** Core-seconds for a megapixel, grey and in colour, where that is known: measured on a core of an AMD EPYC */
  readonly seconds?: Readonly<Record<1 | 3, number>>;
}

/** The methods without training, by their names; PSNR is that on Set12 at sigma 25. */
export const CLASSIC = {
  bm3d: {
    describe: 'BM3D',
    about: '29.92 dB on Set12 at sigma 25',
    run: bm3d,
    seconds: { 1: 19, 3: 31 },
  },
  'bm3d-fast': {
    describe: 'fast BM3D',
    about:
      'a smaller window and fewer groups: a fifth of the time of bm3d, in colour a quarter, 0.3 to 0.5 dB less',
    run: (image, options) => bm3d(image, { ...options, speed: 'fast' }),
    seconds: { 1: 4, 3: 8 },
  },
  wnnm: {
    describe: 'WNNM',
    about: 'a little better than bm3d, and twelve to seventeen times as long',
    run: wnnm,
  },
  nlm: { describe: 'non-local means', about: '28.85 dB on Set12 at sigma 25', run: nonLocalMeans },
  bilateral: {
    describe: 'the bilateral filter',
    about: 'the fastest, for little noise',
    run: bilateral,
  },
} as const satisfies Record<string, ClassicMethod>;

export type ClassicName = keyof typeof CLASSIC;
