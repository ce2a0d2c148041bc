import { anatomyOf } from '@nlrn/networks';
import { atLevel, axisOf, levelOf } from './axis.ts';
import type { ComparedRow, Comparison } from './comparison.ts';
import { type Definition, paperFactsOf } from './definition.ts';
import { inAllViews, type Method } from './method.ts';
import type { Restoration } from './restoration.ts';
import { isTrainedOn, type TestSet } from './sets.ts';
import { TRAINED_ON } from './weights.ts';

/** The table of the runs that are there: a row for each that has been run, or that the paper has. */
export function assembleComparison(definition: Definition, runs: readonly Restoration[]): Comparison {
  const { name, title, sets, levels, methods } = definition;
  const own = runs.filter((run) => isIn(definition, run));
  const lines = methods
    .flatMap((method) => (method.by.kind === 'network' ? [method, inAllViews(method)] : [method]))
    .map((method) => ({ method, unrun: parametersUnrun(method) }));
  const rows = sets.flatMap((set) =>
    levels.flatMap((level) => lines.map((line) => rowOf(definition, set, level, line, own))),
  );
  return {
    comparison: name,
    title,
    modelSources: [...new Set(own.map(({ sources }) => sources.model))].toSorted(),
    coreHours: own.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0) / 3600,
    rows: rows.filter(({ psnr, paper }) => psnr !== null || paper !== null),
  };
}

/** Whether a run is of a table's sets and levels. */
export function isIn({ sets, axis, levels }: Definition, run: Restoration): boolean {
  return axisOf(run) === axis && sets.some(({ name }) => name === run.set) && levels.includes(levelOf(run));
}

function rowOf(
  definition: Definition,
  set: TestSet,
  level: number,
  { method, unrun }: { readonly method: Method; readonly unrun: number | null },
  runs: readonly Restoration[],
): ComparedRow {
  const run = mostImages(
    runs.filter((run) => run.method === method.name && run.set === set.name && levelOf(run) === level),
  );
  const { axis } = definition;
  // Without a run on the set all figures are the paper's.
  const isRun = runs.some((run) => run.method === method.name && run.set === set.name);
  return {
    method: method.name,
    label: isRun ? method.label : (method.paper ?? method.label),
    set: set.name,
    ...atLevel(axis, level),
    images: run?.test.images ?? null,
    of: run?.of ?? null,
    ...(axis === 'sigma' && { noisyPsnr: run?.mean.noisy?.psnr ?? null }),
    psnr: run?.mean.restored.psnr ?? null,
    ssim: run?.mean.restored.ssim ?? null,
    parameters: run ? run.parameters : unrun,
    coreSecondsPerMegapixel: run ? run.coreSeconds / run.megapixels : null,
    paper: paperFactsOf(definition, set, level, method.paper),
    why: run ? null : whyUnrun(method, set),
  };
}

function whyUnrun(method: Method, set: TestSet): string {
  if (method.by.kind === 'paper only') return 'paper only';
  return isTrainedOn(method, set) ? TRAINED_ON : 'not run';
}

/** Of runs on the whole set and on parts of it that on most images. */
function mostImages(runs: readonly Restoration[]): Restoration | undefined {
  return runs.toSorted((a, b) => b.test.images - a.test.images)[0];
}

/** Of a network that only the paper has figures of, at the paper's size. */
function parametersUnrun({ by }: Method): number | null {
  return by.kind === 'paper only' ? anatomyOf(by.config).parameters : null;
}
