import { anatomyOf, MEMNET_CONFIG, RED30_CONFIG } from '@nlrn/networks';
import { type Definition, paperFactsOf } from './definition.ts';
import { inAllViews, METHODS, type Method } from './methods.ts';
import type { ComparedRow, Comparison, Restoration } from './restoration.ts';
import type { TestSet } from './sets.ts';

/** The table of the runs that are there: a row for each that has been run, or that the paper has. */
export function assembleComparison(definition: Definition, runs: readonly Restoration[]): Comparison {
  const { name, title, sets, sigmas } = definition;
  const rows = sets.flatMap((set) =>
    sigmas.flatMap((sigma) =>
      METHODS.flatMap((method) =>
        method.by.kind === 'network' ? [method, inAllViews(method)] : [method],
      ).map((method) => rowOf(definition, set, sigma, method, runs)),
    ),
  );
  const own = runs.filter((run) => isIn(definition, run));
  return {
    comparison: name,
    title,
    modelSources: [...new Set(own.map(({ sources }) => sources.model))].toSorted(),
    coreHours: own.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0) / 3600,
    rows: rows.filter(({ psnr, paper }) => psnr !== null || paper !== null),
  };
}

/** Whether a run is of a table's sets and levels. */
export function isIn({ sets, sigmas }: Definition, { set, sigma }: Restoration): boolean {
  return sets.some(({ name }) => name === set) && sigmas.includes(sigma);
}

function rowOf(
  definition: Definition,
  set: TestSet,
  sigma: number,
  method: Method,
  runs: readonly Restoration[],
): ComparedRow {
  const run = mostImages(
    runs.filter((run) => run.method === method.name && run.set === set.name && run.sigma === sigma),
  );
  return {
    method: method.name,
    label: method.label,
    set: set.name,
    sigma,
    images: run?.test.images ?? null,
    of: run?.of ?? null,
    noisyPsnr: run?.mean.noisy.psnr ?? null,
    psnr: run?.mean.restored.psnr ?? null,
    ssim: run?.mean.restored.ssim ?? null,
    parameters: run ? run.parameters : (PAPER_ONLY[method.name] ?? null),
    coreSecondsPerMegapixel: run ? run.coreSeconds / run.megapixels : null,
    paper: paperFactsOf(definition, set, sigma, method.paper),
    why: run ? null : method.by.kind === 'paper only' ? 'paper only' : 'not run',
  };
}

/** Of runs on the whole set and on parts of it that on most images. */
function mostImages(runs: readonly Restoration[]): Restoration | undefined {
  return runs.toSorted((a, b) => b.test.images - a.test.images)[0];
}

/** The parameters of the networks that only the paper has figures of. */
const PAPER_ONLY: Readonly<Record<string, number>> = {
  red: anatomyOf(RED30_CONFIG).parameters,
  memnet: anatomyOf(MEMNET_CONFIG).parameters,
};
