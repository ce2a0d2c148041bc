import { SR_SCALES } from '@nlrn/data';
import { paperTable } from '../paper.ts';
import type { Axis } from './axis.ts';
import { DENOISERS } from './denoisers.ts';
import { ENLARGERS } from './enlargers.ts';
import { inAllViews, type Method } from './method.ts';
import { isTrainedOn, SETS, type TestSet } from './sets.ts';

/** A table of the paper that compares methods. */
export interface Definition {
  readonly name: string;
  readonly title: string;
  readonly table: 4 | 5 | 6;
  readonly sets: readonly TestSet[];
  /** Whether methods are tried on images in colour, too: else they are made grey */
  readonly inColour: boolean;
  readonly axis: Axis;
  readonly levels: readonly number[];
  readonly methods: readonly Method[];
  /** What is measured, and what the brackets mean */
  readonly units: string;
  /** What is to be known of some of its rows */
  readonly notes: readonly string[];
}

const ofNoise = {
  inColour: false,
  axis: 'sigma',
  methods: DENOISERS,
  units: 'PSNR in dB and SSIM of images clipped and rounded to 8 bits, the paper’s in brackets',
} as const;

/** Table 4. */
export const denoising: Definition = {
  ...ofNoise,
  name: 'denoising',
  title: 'Table 4: methods compared at sigma 15, 25 and 50',
  table: 4,
  sets: [SETS.set12, SETS.bsd68, SETS.urban100],
  levels: [15, 25, 50],
  notes: [
    'The NLRN that was trained here has the weights nlrn-s25, which are for that level alone, at sigma 25, and nlrn-blind, for sigma 0 to 55, at the others; the paper trains a network for each level.',
    'How both were trained was chosen by their PSNR on Set12: there their figures are a little too good.',
  ],
};

/** Table 5. */
export const denoising300: Definition = {
  ...ofNoise,
  name: 'denoising-300',
  title: 'Table 5: methods compared at sigma 30, 50 and 70',
  table: 5,
  sets: [SETS['set14-red'], SETS['bsd200-half'], SETS.urban100],
  levels: [30, 50, 70],
  notes: [
    'The NLRN that was trained here has the weights nlrn-blind, for sigma 0 to 55; the paper trains a network for each level. In this table the paper’s are of setting (2), trained on 300 images, ours of setting (1), on 400.',
  ],
};

/** Table 6. */
export const superResolution: Definition = {
  name: 'super-resolution',
  title: 'Table 6: methods of super-resolution compared',
  table: 6,
  sets: [SETS.set5, SETS.set14, SETS['bsd100-y'], SETS['urban100-y']],
  inColour: true,
  axis: 'scale',
  levels: SR_SCALES,
  methods: ENLARGERS,
  units:
    'PSNR in dB and SSIM of the luma, rounded to 8 bits, but for as many pixels at each border as the scale, the paper’s in brackets; ' +
    'by the protocol of LapSRN’s authors colours are rounded, and their luma is not; ' +
    'bicubic interpolation is clipped to luma’s range, 16 to 235, as it is published, all else to 0 to 255; ' +
    'time is without the bicubic enlargement that some networks take',
  notes: [
    'How the NLRN that was trained here, nlrn-sr, was trained, and how long, was chosen by its PSNR on Set5: there its figures are a little too good.',
    'The protocol of LapSRN’s authors needs colours. Of BSD100 and Urban100 there is luma alone, so that LapSRN has there the common protocol’s figures, and the paper’s.',
    'Of Set14 one image, bridge, is grey, and measured as it is. As a colour image its luma would be compressed to 16 to 235, and the mean 0.09 dB higher: LapSRN by its authors’ protocol would have 33.08 dB at x2 and 28.19 at x4, as the paper has, but 29.88 at x3, where it has 29.79.',
    'Twenty of Urban100’s images, one of each five by difficulty, have by bicubic interpolation what all have, to 0.014 dB. Networks may differ more: SRCNN has on them 0.13 to 0.17 dB more than on all (29.51, 26.24 and 24.52), FSRCNN between 0.05 less and 0.01 more.',
  ],
};

export const COMPARISONS: readonly Definition[] = [denoising, denoising300, superResolution];

/** The table of that name. */
export function definitionOf({ comparison }: { readonly comparison: string }): Definition {
  return COMPARISONS.find(({ name }) => name === comparison)!;
}

/** Whether the method of a run was trained on its test set. */
export function wasTrainedOn(run: { readonly method: string; readonly set: string }): boolean {
  return COMPARISONS.some(({ methods, sets }) =>
    methods
      .filter((method) => [method.name, inAllViews(method).name].includes(run.method))
      .some((method) => sets.some((set) => set.name === run.set && isTrainedOn(method, set))),
  );
}

/** What the paper prints for a method; null where it has no such row, or a dash. */
export function paperFactsOf(
  { table, axis }: Definition,
  set: TestSet,
  level: number,
  method: string | undefined,
): { psnr: number | null; ssim: number | null } | null {
  const row = paperTable(table).find(
    (row) => row.dataset === set.paper && Number(row[axis]) === level && row.method === method,
  );
  if (!row || row.psnr === '') return null;
  return { psnr: Number(row.psnr), ssim: row.ssim === '' ? null : Number(row.ssim) };
}
