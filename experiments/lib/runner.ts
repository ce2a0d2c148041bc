import { join } from 'node:path';
import type { Dataset } from '@nlrn/data';
import {
  type Choice,
  checkTestImages,
  checkTrainingImages,
  checkWritable,
  chooseBackend,
  deleteFile,
  describeChoice,
  formatSeconds,
  makeFolder,
  openBackend,
  type ProgressDisplay,
} from '@nlrn/nlrn';
import { type Data, describeDataset } from './data.ts';
import { describeEnvironment } from './environment.ts';
import type { Experiment, Scale } from './experiment.ts';
import { plotRows } from './plot.ts';
import { keepResultsAside, type Results, type Run, reusableRuns, writeText } from './results.ts';
import { rowsOf } from './statistics.ts';
import { formatCsv, formatTable } from './table.ts';
import { isRunOf, runTask, type Task, taskOf } from './task.ts';

export interface RunOptions {
  readonly experiment: Experiment;
  readonly scale: Scale;
  readonly data: Data;
  readonly seeds: readonly number[];
  /** Names of the variants to run; all of them if none */
  readonly only: readonly string[];
  readonly backend: string;
  readonly threads?: number | undefined;
  /** Folder of the results; each scale has its own folder in it */
  readonly out: string;
  /** Train again what is finished already */
  readonly fresh: boolean;
  /** The command to repeat, for the results file */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Where the steps of a training run are shown */
  readonly showProgress: () => ProgressDisplay;
}

/**
 * Trains and tests what is missing of an experiment, and writes its results after every run.
 *
 * A variant and seed that the results file already has, with the same configuration and images, is not trained
 * again; one cut short, in training or in testing, goes on from its checkpoint. A results file that holds anything
 * that is not part of this experiment any more is kept aside, and what is part of it is carried over; a checkpoint
 * that does not fit is kept aside as well. Returns false if the signal ended it early.
 *
 * Throws UserError or DataError, naming file or option, before anything is written if it can be known by then.
 */
export async function runExperiment(options: RunOptions): Promise<boolean> {
  const { experiment, scale, say } = options;
  checkTrainingImages(options.data.train, scale.config.patch);
  checkTestImages(options.data.test);
  const backend = await chooseBackend(options.backend, options);
  const description = await tryBackend(backend, say);
  const folder = join(options.out, scale.name);
  for (const name of ['checkpoints', 'weights']) makeFolder(join(folder, name));
  const file = join(folder, `${experiment.name}.json`);
  checkWritable(file);
  const tasks = tasksOf(options, folder);
  const results = startResults(options, { file, folder, backend: description, tasks });
  say(`${experiment.title}, preset ${scale.name}`);
  say(`trained on ${describeDataset(results.train)}, tested on ${describeDataset(results.test)}`);
  if (!(await runTasks(tasks, results, file, { ...options, backend }))) return false;
  writeResults(file, experiment, results);
  say(`\n${formatTable(rowsOf(experiment, results))}\n`);
  say(`wrote ${file.replace(/json$/, '{json,csv,svg}')}`);
  return true;
}

/** Opens and closes a backend, so that a fault comes early; says why it was chosen, and returns its description. */
async function tryBackend(choice: Choice, say: (line: string) => void): Promise<string> {
  const backend = await openBackend(choice);
  await backend.dispose();
  for (const line of describeChoice(choice, backend)) say(line);
  return backend.description;
}

function tasksOf({ experiment, scale, seeds, only }: RunOptions, folder: string): Task[] {
  const variants = experiment.variants.filter(({ name }) => only.length === 0 || only.includes(name));
  return seeds.flatMap((seed) =>
    variants.map((variant) => taskOf({ experiment, scale, folder }, variant, seed)),
  );
}

/**
 * The results to begin with: what the results file has, but for what is to be trained again.
 *
 * That is taken out of the file at once, and its checkpoints are deleted, so that a run with `--fresh` that is
 * stopped goes on without it.
 */
function startResults(
  { experiment, scale, data, fresh, command, say }: RunOptions,
  place: { file: string; folder: string; backend: string; tasks: readonly Task[] },
): Results {
  const { file, folder, tasks } = place;
  const sets = { train: describe(data.train), test: describe(data.test) };
  const isCurrent = (run: Run) => {
    const variant = experiment.variants.find(({ name }) => name === run.variant);
    return variant !== undefined && isRunOf(run, taskOf({ experiment, scale, folder }, variant, run.seed));
  };
  const found = reusableRuns(file, { ...sets, isCurrent }, say);
  const runs = found.filter((run) => !fresh || !tasks.some((task) => isRunOf(run, task)));
  if (runs.length < found.length) {
    say(`the results so far are kept as ${keepResultsAside(file, 'before-fresh')}`);
  }
  if (fresh) for (const { checkpoint } of tasks) deleteFile(checkpoint);
  const results: Results = {
    experiment: experiment.name,
    title: experiment.title,
    preset: scale.name,
    environment: describeEnvironment(place.backend, command),
    ...sets,
    runs,
  };
  // What is carried over from a file that is kept aside must not wait for the next run's end.
  if (runs.length > 0) writeResults(file, experiment, results);
  return results;
}

/** Runs the tasks that have no results yet, and adds theirs; false if the signal ended it early. */
async function runTasks(
  tasks: readonly Task[],
  results: Results,
  file: string,
  options: Omit<RunOptions, 'backend'> & { readonly backend: Choice },
): Promise<boolean> {
  const { experiment, say } = options;
  const { commit } = results.environment;
  const isMissing = (task: Task) => !results.runs.some((run) => isRunOf(run, task));
  const made: Run[] = [];
  for (const [i, task] of tasks.entries()) {
    const label = `[${i + 1}/${tasks.length}] ${task.variant.label}, seed ${task.config.seed}`;
    const before = results.runs.find((run) => isRunOf(run, task));
    if (before) {
      say(`${label}: finished before, ${before.mean.restored.psnr.toFixed(2)} dB`);
      continue;
    }
    say(`${label}${timeLeft(made, tasks.filter(isMissing).length)}`);
    const run = await runTask(task, { ...options, commit });
    if (!run) return false;
    say(`  ${describeQuality(run)}`);
    made.push(run);
    results.runs.push(run);
    writeResults(file, experiment, results);
    deleteFile(task.checkpoint);
  }
  return true;
}

/** `; about 3 min 20 s left`, as long as the runs so far for each that is missing; empty before the first. */
function timeLeft(made: readonly Run[], missing: number): string {
  if (made.length === 0) return '';
  const seconds = made.reduce((sum, run) => sum + run.trainingSeconds + run.evaluationSeconds, 0);
  return `; about ${formatSeconds((seconds / made.length) * missing)} left`;
}

function describeQuality({ mean: { restored, noisy } }: Run): string {
  return `${restored.psnr.toFixed(2)} dB, SSIM ${restored.ssim.toFixed(4)}; noisy ${noisy.psnr.toFixed(2)} dB`;
}

function describe({ name, source, images, hash }: Dataset): Results['train'] {
  return { name, source, images: images.length, hash };
}

/** JSON, CSV and SVG; each appears whole or not at all. */
function writeResults(file: string, experiment: Experiment, results: Results): void {
  const rows = rowsOf(experiment, results);
  const { train, test, preset } = results;
  const scale = `Preset ${preset}: trained on ${describeDataset(train)}, tested on ${describeDataset(test)}`;
  writeText(file, `${JSON.stringify(results, null, 1)}\n`);
  writeText(file.replace(/json$/, 'csv'), formatCsv(experiment, rows));
  writeText(file.replace(/json$/, 'svg'), plotRows(experiment, rows, scale));
}
