import { paperTable } from '../paper.ts';
import { SETS, type TestSet } from './sets.ts';

/** A table of the paper that compares methods. */
export interface Definition {
  readonly name: string;
  readonly title: string;
  readonly table: 4 | 5;
  readonly sets: readonly TestSet[];
  readonly sigmas: readonly number[];
}

/** Table 4. */
export const denoising: Definition = {
  name: 'denoising',
  title: 'Table 4: methods compared, trained on 400 images',
  table: 4,
  sets: [SETS.set12, SETS.bsd68, SETS.urban100],
  sigmas: [15, 25, 50],
};

/** Table 5. */
export const denoising300: Definition = {
  name: 'denoising-300',
  title: 'Table 5: methods compared, trained on 300 images',
  table: 5,
  sets: [SETS['set14-red'], SETS['bsd200-half'], SETS.urban100],
  sigmas: [30, 50, 70],
};

export const COMPARISONS: readonly Definition[] = [denoising, denoising300];

/** What the paper prints for a method; null where it has no such row, or a dash. */
export function paperFactsOf(
  { table }: Definition,
  set: TestSet,
  sigma: number,
  method: string | undefined,
): { psnr: number | null; ssim: number | null } | null {
  const row = paperTable(table).find(
    (row) => row.dataset === set.paper && Number(row.sigma) === sigma && row.method === method,
  );
  if (!row || row.psnr === '') return null;
  return { psnr: Number(row.psnr), ssim: row.ssim === '' ? null : Number(row.ssim) };
}
