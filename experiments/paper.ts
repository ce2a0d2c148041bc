import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NlrnConfig } from '@nlrn/nlrn';
import { PAPERS_IMAGES } from './lib/data.ts';
import type { DatasetFacts, Level, PaperFacts } from './lib/results.ts';

/** What the paper says of a row. */
type Found = Omit<PaperFacts, 'difference'>;

/**
 * A table of the paper (Liu, Wen, Fan, Loy and Huang, NeurIPS 2018) as it is printed, a record a row; `paper/` has all
 * six. PSNR in dB, peak 1; '' where it has a dash.
 */
export function paperTable(number: 1 | 2 | 3 | 4 | 5 | 6): Record<string, string>[] {
  const text = readFileSync(join(import.meta.dirname, 'paper', `table${number}.csv`), 'utf8');
  const [names, ...rows] = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(names!.map((name, i) => [name, cells[i]!])));
}

/** PSNR of the full model on Set12 at sigma 25, in dB: Tables 1, 2 and 4, and the point q = 45, T = 12 of both figures. */
const FULL_PSNR = 30.8;

/** The row of the full model in Tables 1 and 2. */
export const FULL: Found = {
  psnr: FULL_PSNR,
  claim: 'equal',
  words: 'its full model, of 30.80 dB, has q = 45 and T = 12',
};

/** What it says of a row that it does not have. */
export const NOT_IN_PAPER: Found = { psnr: null, claim: null, words: null };

/** What the paper says of the row of Table 1 or 2 that begins with that name; of another one, `NOT_IN_PAPER`. */
export function printed(number: 1 | 2, name: string, words: string): Found {
  const row = paperTable(number).find(({ metric, variant }) => name === (metric ?? variant));
  if (!row) return NOT_IN_PAPER;
  const psnr = Number(row.psnr);
  return { psnr, claim: psnr < FULL_PSNR ? 'lower' : psnr > FULL_PSNR ? 'higher' : 'equal', words };
}

/** Figures 5 and 6 are printed as curves: no numbers of their other points are known, but how they go. */
const PEAK = 'PSNR peaks at q = 45; the whole image is worse (Figure 5, Section 5.1)';
const RISE = 'PSNR rises with T and saturates after 12 (Figure 6, Section 5.1)';

/** The T after which it does. */
const SATURATED = 12;

/** What Figure 5 says of q, or of the whole image, beside the q of a full model. */
export function alongFigure5(q: number | 'image', { neighborhood: full, states }: NlrnConfig): Found {
  const psnr = psnrAt(q, states);
  if (q === full) return { psnr, claim: 'equal', words: null };
  // Of the whole image it says no more than that it is worse than the peak.
  if (q === 'image') return { psnr, claim: full === 45 ? 'lower' : null, words: PEAK };
  const isFarther = Math.abs(q - 45) > Math.abs(Number(full) - 45);
  return { psnr, claim: isFarther ? 'lower' : 'higher', words: PEAK };
}

/** What Figure 6 says of T beside the T of a full model. */
export function alongFigure6(T: number, { neighborhood, states: full }: NlrnConfig): Found {
  const psnr = psnrAt(neighborhood, T);
  if (T === full) return { psnr, claim: 'equal', words: null };
  const [states, most] = [Math.min(T, SATURATED), Math.min(full, SATURATED)];
  return { psnr, claim: states < most ? 'lower' : states === most ? 'equal' : 'higher', words: RISE };
}

/** The one point of Figures 5 and 6 whose number is printed elsewhere. */
function psnrAt(q: number | 'image', T: number): number | null {
  return q === 45 && T === 12 ? FULL_PSNR : null;
}

/** Methods that results are compared with: the usual one without training, and the usual network. */
const REFERENCES = ['BM3D', 'DnCNN'];

/** What these have on the same images at the same noise (Table 4); nothing where the paper has no such row. */
export function levelsOn(test: Pick<DatasetFacts, 'hash'> | undefined, sigma: number): Level[] {
  if (test?.hash !== PAPERS_IMAGES.test) return [];
  return paperTable(4)
    .filter((row) => row.dataset === 'Set12' && Number(row.sigma) === sigma)
    .filter(({ method }) => REFERENCES.includes(method!))
    .map(({ method, psnr }) => ({ method: method!, psnr: Number(psnr) }));
}
