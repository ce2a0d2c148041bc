import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeMachine,
  FIRST_STEP,
  type LiveLine,
  type Sources,
  testingFacts,
  trainingFacts,
  UserError,
  wrapped,
} from '@nlrn/cli';
import { type Claim, checkWritable, deleteFile, keepAside, makeFolder } from '@nlrn/files';
import { checkTestImages, checkTrainingImages, TrainingError } from '@nlrn/nn';
import { sum } from 'simple-statistics';
import { assemble, isIn, writeResults } from './assemble.ts';
import { type DataSets, datasetFacts, describeDataset } from './data.ts';
import { type Experiment, type Scale, variantsAt } from './experiment.ts';
import { readJson } from './jsonFiles.ts';
import { noiseToday } from './noise.ts';
import { originNotes, otherOrigin } from './origins.ts';
import { forgetJobs, type Outcome, workThrough } from './queue.ts';
import { type Results, type Run, resultsSchema } from './results.ts';
import { keepRunAside, readRuns, reusableRun, runName, writeRun } from './runFiles.ts';
import { close, type Shard, tasksOfShard } from './shard.ts';
import { formatTable } from './table.ts';
import { runTask, type Task, type TaskOptions, taskOf, type Watch } from './task.ts';
import { secondsOf } from './timeLeft.ts';
import { trainedPixels } from './trainedPixels.ts';
import { tryBackend } from './tryBackend.ts';

export interface RunOptions {
  /** What they have in common is trained once */
  readonly experiments: readonly Experiment[];
  /** All that there are: their rows are tested side by side */
  readonly catalogue: readonly Experiment[];
  readonly scale: Scale;
  readonly data: DataSets;
  readonly seeds: readonly number[];
  /** Names of the variants to run; all of them if none */
  readonly only: readonly string[];
  /** The part of the runs that is this process's; all of them without */
  readonly shard?: Shard | undefined;
  readonly backend: string;
  readonly threads?: number | undefined;
  /** Folder of the results; each scale has its own folder in it */
  readonly out: string;
  /** Train again what is finished already */
  readonly fresh: boolean;
  /** Use finished runs of other sources of the model; without it they are kept aside, and trained again */
  readonly keepOld: boolean;
  /** The sources that are running */
  readonly sources: Sources;
  /** The command to repeat, for the results */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Where it is shown how far a run has come */
  readonly showProgress: () => LiveLine;
  /** Width of the terminal that the tables are for; as wide as they are without it */
  readonly columns?: number | undefined;
}

/**
 * Trains and tests what is missing of experiments, a file a run, and makes their tables of the runs that are there.
 *
 * A run that is finished, with the same configuration, images, noise and sources, is not trained again; one cut short, in training
 * or in testing, goes on from its checkpoint; one that another process is at is left to it. What is damaged or does
 * not fit is kept aside. A shard writes its runs alone, and leaves the tables to whoever has all runs.
 * Returns false if the signal ended it early.
 *
 * Throws UserError or DataError, naming file or option, before anything is written if it can be known by then; and
 * UserError at the end, if a training has failed, naming it.
 */
export async function runExperiments(options: RunOptions): Promise<boolean> {
  const { experiments, scale, out, say, shard } = options;
  checkTrainingImages(options.data.train, scale.config.patch);
  checkTestImages(options.data.test);
  const { choice: backend, description } = await tryBackend(options);
  const folder = join(out, scale.name);
  for (const name of ['runs', 'checkpoints', 'weights']) makeFolder(join(folder, name));
  checkWritable(join(folder, 'runs', 'run.json'));
  const sets = { train: datasetFacts(options.data.train), test: datasetFacts(options.data.test) };
  const all = tasksOf(options, folder);
  const tasks = shard ? tasksOfShard(all, shard) : all;
  if (options.fresh) forget(tasks, say);
  const introduction = [
    ...experiments.map(({ title }) => `${title}, preset ${scale.name}`),
    `trained on ${describeDataset(sets.train)}, tested on ${describeDataset(sets.test)}`,
  ];
  for (const line of introduction.flatMap((text) => wrapped(text, options.columns))) say(line);
  if (shard) say(`shard ${shard.index} of ${shard.count}: ${tasks.length} of ${all.length} runs`);
  const environment = { command: options.command, ...describeMachine(), backend: description };
  const place = { ...options, backend, folder, sets, environment };
  const outcome = await runTasks(tasks, place);
  if (!outcome.finished) return false;
  close(outcome, { shard, out, say, showTables: () => showTables(place) });
  if (outcome.failed.length > 0) throw new UserError(`failed: ${outcome.failed.join('; ')}`);
  return true;
}

/** Every run once, all variants of a seed before the next seed. */
function tasksOf({ experiments, scale, seeds, only }: RunOptions, folder: string): Task[] {
  const variants = experiments
    .flatMap((experiment) => variantsAt(scale, experiment))
    .filter(({ name }) => only.length === 0 || only.includes(name));
  const tasks = seeds.flatMap((seed) => variants.map((variant) => taskOf(scale, folder, variant, seed)));
  return tasks.filter(({ file }, i) => tasks.findIndex((task) => task.file === file) === i);
}

/** Keeps finished runs and checkpoints aside, so that a run with `--fresh` that is stopped goes on without it. */
function forget(tasks: readonly Task[], say: RunOptions['say']): void {
  forgetJobs(tasks, say, ({ file, checkpoint }) => {
    if (existsSync(file)) say(`${file}: is kept as ${keepRunAside(file, 'before-fresh')}`);
    if (existsSync(checkpoint)) say(`${checkpoint}: is kept as ${keepAside(checkpoint, 'before-fresh')}`);
  });
}

type Place = Omit<RunOptions, 'backend'> & TaskOptions;

/** Runs the tasks that have no results yet. */
function runTasks(tasks: readonly Task[], place: Place): Promise<Outcome> {
  const { say, sets, sources, signal, data, scale } = place;
  const wanted = {
    ...sets,
    model: place.keepOld ? undefined : sources.model,
    noisy: noiseToday(data.test.images, scale.config.sigma),
  };
  return workThrough<Task, Run>(tasks, {
    signal,
    say,
    before: ({ file, config }) => reusableRun(file, { ...wanted, config }, say),
    describeBefore(run) {
      const origin = otherOrigin(run.sources, sources);
      return `finished before${origin ? ` by ${origin}` : ''}, ${run.mean.restored.psnr.toFixed(2)} dB`;
    },
    estimate: secondsOf,
    work: (task, { signal, claimed, known, later }) =>
      runShown(task, { later, known }, { ...place, signal }, claimed),
    describe: describeQuality,
    keep: (run, task) => keep(run, task, place),
    isFailure: (error) => error instanceof TrainingError,
  });
}

/**
 * Runs a task, showing its steps and tests with the time left: for itself, and for those that come later, by what the
 * known runs took, or, if there are none, its training.
 */
async function runShown(
  task: Task,
  { later, known }: { later: readonly Task[]; known: readonly Run[] },
  place: Place,
  claimed: Claim,
): Promise<Run | null> {
  const line = place.showProgress();
  const secondsLater = secondsOf(later, known);
  const share = sum(later.map((other) => trainedPixels(other.config) / trainedPixels(task.config)));
  let whole = 0;
  const inAll = (left = 0) => (later.length === 0 ? undefined : left + (secondsLater ?? share * whole));
  const watch: Watch = {
    onStep(progress) {
      const { step, steps, imagesPerSecond, secondsLeft } = progress;
      whole = (steps * task.config.batch) / imagesPerSecond;
      line.show(trainingFacts(progress, inAll(secondsLeft)), step === steps);
      claimed.refresh();
    },
    onTest(progress) {
      line.show(testingFacts(progress, inAll(progress.secondsLeft)));
      claimed.refresh();
    },
    beforeWrite: claimed.check,
  };
  try {
    line.show(FIRST_STEP);
    return await runTask(task, place, watch);
  } finally {
    line.clear();
  }
}

/** Writes a run, and, as it must not get lost if the next is stopped, the tables that have it. */
function keep(run: Run, task: Task, place: Place): void {
  writeRun(place.folder, run);
  deleteFile(task.checkpoint);
  if (!place.shard) writeTables(place, () => {});
}

function describeQuality({ mean: { restored, noisy } }: Run): string {
  return `${restored.psnr.toFixed(2)} dB, SSIM ${restored.ssim.toFixed(4)}; noisy ${noisy.psnr.toFixed(2)} dB`;
}

/** Makes the tables and shows them, and whether runs in them, asked for or not, are by other sources. */
function showTables(place: Place): void {
  const { say, columns } = place;
  const { written, runs } = writeTables(place, say);
  for (const { results, where } of written)
    say(
      `\n${wrapped(results.title, columns).join('\n')}\n${formatTable(results, columns)}\n\nwrote ${where}`,
    );
  const notes = originNotes(
    runs.map((run) => ({ name: runName(run), sources: run.sources })),
    place.sources,
  );
  if (notes.length > 0)
    notes.push('--fresh trains again what is asked for, with all rows and seeds all of them');
  for (const line of notes.flatMap((text) => wrapped(text, columns))) say(line);
}

/**
 * Makes the tables of the runs that are there; `say` is told which of those are damaged.
 *
 * Returns the tables that were asked for, and their runs.
 */
function writeTables({ experiments, catalogue, scale, folder, sets }: Place, say: RunOptions['say']) {
  const runs = readRuns(folder, say);
  const isOwn = ({ experiment }: Results) => experiments.some(({ name }) => name === experiment);
  const tables = assemble(catalogue, scale, runs, sets)
    .filter((results) => isOwn(results) || isBeside(results, folder))
    .map((results) => ({ results, where: writeResults(folder, results) }));
  const written = tables.filter(({ results }) => isOwn(results));
  const own = written.map(({ results }) => results);
  return { written, runs: runs.filter((run) => isIn(own, run)) };
}

/**
 * Whether the table of another experiment is there already, on the same images: its rows are tested beside these.
 *
 * One on other images stays as it is: of its runs none would be left in it.
 */
function isBeside({ experiment, train, test }: Results, folder: string): boolean {
  const path = join(folder, `${experiment}.json`);
  if (!existsSync(path)) return false;
  const there = readJson(path, resultsSchema);
  if (typeof there === 'string') return true;
  return there.train?.hash === train?.hash && there.test?.hash === test?.hash;
}
