import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Choice, describeMachine, wrapped } from '@nlrn/cli';
import { keepAside } from '@nlrn/files';
import { noiseToday } from '../lib/noise.ts';
import { originNotes, otherOrigin } from '../lib/origins.ts';
import { forgetJobs, type Outcome, workThrough } from '../lib/queue.ts';
import { close } from '../lib/shard.ts';
import { tryBackend } from '../lib/tryBackend.ts';
import { assembleComparison, isIn } from './assembleComparison.ts';
import { formatComparison } from './comparisonTable.ts';
import {
  type ComparisonOptions,
  type Plan,
  planOf,
  sayHowLong,
  secondsOf,
  setsOf,
  type Task,
} from './plan.ts';
import type { Restoration } from './restoration.ts';
import { readRestorationFiles, reusableRestoration, writeRestoration } from './restorationFiles.ts';
import { runShown, type Using } from './runTask.ts';
import { checkSets } from './sets.ts';
import { writeComparison } from './writeComparison.ts';

/**
 * Restores what is missing of a table, a file a method, set and level, and makes the table of the runs that are there.
 *
 * A run that is finished, on the same images with the same noise and weights, is not made again; if other sources made it, that is
 * said. One that another process is at is left to it. What cannot be run, as there are no weights for its level, is said and left out. A shard makes its runs alone. Returns false
 * if the signal ended it early. Throws UserError or DataError, naming file or option, before anything is restored if it can
 * be known by then.
 */
export async function runComparison(options: ComparisonOptions): Promise<boolean> {
  checkSets(setsOf(options), options.folders);
  const { choice } = await tryBackend(options);
  const plan = planOf(options);
  if (options.fresh) forget(plan.tasks, options.say);
  return carryOut(plan, choice);
}

/**
 * Runs several comparisons on one backend, one after the other, as `runComparison` does; a run that two of them have is made
 * once. Says first how long all of them will probably take, and throws what can be known before the first begins.
 */
export async function runComparisons(
  all: readonly [ComparisonOptions, ...ComparisonOptions[]],
): Promise<boolean> {
  const { say, fresh, folders } = all[0];
  checkSets([...new Set(all.flatMap(setsOf))], folders);
  const { choice } = await tryBackend(all[0]);
  const plans = all.map(planOf);
  const tasks = [...new Map(plans.flatMap(({ tasks }) => tasks).map((task) => [task.file, task])).values()];
  if (fresh) forget(tasks, say);
  say(`${all.map(({ definition }) => `Table ${definition.table}`).join(', ')}:`);
  sayHowLong(tasks, all[0]);
  for (const plan of plans) {
    say('');
    if (!(await carryOut(plan, choice))) return false;
  }
  return true;
}

async function carryOut({ options, tasks, notes }: Plan, backend: Choice): Promise<boolean> {
  const { definition, out, say, shard, columns } = options;
  for (const line of notes) say(line);
  for (const line of wrapped(definition.title, columns)) say(line);
  sayHowLong(tasks, options);
  const environment = { command: options.command, ...describeMachine() };
  const outcome = await runTasks(tasks, { ...options, backend, environment });
  if (!outcome.finished) return false;
  close(outcome, { shard, out: dirname(out), say, showTables: () => showTable(options) });
  return true;
}

function forget(tasks: readonly Task[], say: ComparisonOptions['say']): void {
  forgetJobs(tasks, say, ({ file }) => {
    if (existsSync(file)) say(`${file}: is kept as ${keepAside(file, 'before-fresh')}`);
  });
}

function runTasks(tasks: readonly Task[], options: Using): Promise<Outcome> {
  const { say, signal, sources } = options;
  return workThrough<Task, Restoration>(tasks, {
    signal,
    say,
    before: ({ file, loaded: { dataset }, weights, level }) => {
      const isNoisy = options.definition.axis === 'sigma';
      const noisy = () => (isNoisy ? noiseToday(dataset.images, level) : []);
      return reusableRestoration(file, { test: dataset, weights, noisy }, say);
    },
    describeBefore(run) {
      const origin = otherOrigin(run.sources, sources);
      return `finished before${origin ? ` by ${origin}` : ''}, ${inWords(run)}`;
    },
    estimate: (left) => secondsOf(left, options),
    work: (task, place) => runShown(task, place, options),
    describe: inWords,
    keep(run, { file }) {
      writeRestoration(file, run);
      if (!options.shard) writeTable(options, () => {});
    },
    isFailure: () => false,
  });
}

function inWords({ mean: { restored, noisy }, coreSeconds, megapixels }: Restoration): string {
  return [
    `${restored.psnr.toFixed(2)} dB, SSIM ${restored.ssim.toFixed(4)}`,
    ...(noisy ? [`noisy ${noisy.psnr.toFixed(2)} dB`] : []),
    `${(coreSeconds / megapixels).toFixed(1)} core-seconds a megapixel`,
  ].join('; ');
}

function writeTable(
  { definition, out }: Pick<ComparisonOptions, 'definition' | 'out'>,
  say: (line: string) => void,
) {
  const files = readRestorationFiles(out, say).filter(({ run }) => isIn(definition, run));
  const comparison = assembleComparison(
    definition,
    files.map(({ run }) => run),
  );
  return { comparison, files, where: writeComparison(out, comparison) };
}

function showTable(options: ComparisonOptions): void {
  const { say, columns, sources } = options;
  const { comparison, files, where } = writeTable(options, say);
  say(`\n${wrapped(comparison.title, columns).join('\n')}\n\n${formatComparison(comparison, columns)}`);
  for (const line of wrapped(`${options.definition.units}; s/megapixel: core-seconds a megapixel`, columns))
    say(line);
  say(`\nwrote ${where}`);
  const notes = originNotes(
    files.map(({ name, run }) => ({ name: basename(name, '.json'), sources: run.sources })),
    sources,
  );
  if (notes.length > 0) notes.push('--fresh restores again what is asked for');
  for (const line of notes.flatMap((text) => wrapped(text, columns))) say(line);
}
