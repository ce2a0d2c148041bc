import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '@nlrn/data';
import {
  evaluate,
  type NlrnTrainConfig,
  openBackend,
  type PresetName,
  parameterCount,
  saveWeights,
  showProgress,
  train,
} from '@nlrn/nlrn';
import type { Backend } from '@nlrn/tensor';
import { type Data, describeDataset } from './data.ts';
import { describeEnvironment } from './environment.ts';
import { configOf, type Experiment, type Variant } from './experiment.ts';
import { plotRows } from './plot.ts';
import { makeFolder, type Results, type Run, reusableRuns, writeText } from './results.ts';
import { rowsOf } from './statistics.ts';
import { formatCsv, formatTable } from './table.ts';

export interface RunOptions {
  readonly experiment: Experiment;
  readonly preset: PresetName;
  readonly data: Data;
  readonly seeds: readonly number[];
  /** Names of the variants to run; all of them if none */
  readonly only: readonly string[];
  readonly backend: string;
  readonly threads?: number | undefined;
  /** Folder of the results; each preset has its own folder in it */
  readonly out: string;
  /** Train again what is finished already */
  readonly fresh: boolean;
  /** The command to repeat, for the results file */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Seconds between two checkpoints would be better, but steps make resuming testable; a step takes 0.03 to 60 s. */
const CHECKPOINT_EVERY: Readonly<Record<PresetName, number>> = { quick: 100, laptop: 100, paper: 20 };

/**
 * Trains and tests what is missing of an experiment, and writes its results after every run.
 *
 * A variant and seed that the results file already has, with the same configuration and images, is not trained
 * again; one cut short goes on from its checkpoint. Returns false if the signal ended it early.
 */
export async function runExperiment(options: RunOptions): Promise<boolean> {
  const { experiment, preset, data, say } = options;
  const folder = join(options.out, preset);
  makeFolder(join(folder, 'checkpoints'));
  makeFolder(join(folder, 'weights'));
  const file = join(folder, `${experiment.name}.json`);
  const sets = { train: describe(data.train), test: describe(data.test) };
  const known = reusableRuns(file, sets, say);
  say(`${experiment.title}, preset ${preset}`);
  say(`trained on ${describeDataset(sets.train)}, tested on ${describeDataset(sets.test)}`);

  const backend = await openBackend(options.backend, { threads: options.threads });
  const { description } = backend;
  await backend.dispose();
  const results: Results = {
    experiment: experiment.name,
    title: experiment.title,
    preset,
    environment: describeEnvironment(description, options.command),
    ...sets,
    runs: known.filter((run) => isCurrent(run, options)),
  };
  const tasks = tasksOf(options);
  for (const [i, task] of tasks.entries()) {
    const label = `[${i + 1}/${tasks.length}] ${task.variant.label}, seed ${task.config.seed}`;
    const finished = results.runs.find((run) => isRunOf(run, task));
    if (finished) {
      say(`${label}: finished before, ${finished.mean.restored.psnr.toFixed(2)} dB`);
      continue;
    }
    say(label);
    const run = await runTask(task, folder, results.environment.commit, options);
    if (!run) return false;
    say(
      `  ${run.mean.restored.psnr.toFixed(2)} dB, SSIM ${run.mean.restored.ssim.toFixed(4)}; noisy ${run.mean.noisy.psnr.toFixed(2)} dB`,
    );
    results.runs.push(run);
    writeResults(file, experiment, results);
    rmSync(checkpointOf(task, folder, experiment), { force: true });
  }
  writeResults(file, experiment, results);
  say(`\n${formatTable(rowsOf(experiment, results))}\n`);
  say(`wrote ${file.replace(/json$/, '{json,csv,svg}')}`);
  return true;
}

/** A variant and a seed to be trained. */
interface Task {
  readonly variant: Variant;
  readonly config: NlrnTrainConfig;
}

function tasksOf({ experiment, preset, seeds, only }: RunOptions): Task[] {
  const variants = experiment.variants.filter(({ name }) => only.length === 0 || only.includes(name));
  return seeds.flatMap((seed) =>
    variants.map((variant) => ({ variant, config: configOf(preset, variant, seed) })),
  );
}

function isRunOf(run: Run, { variant, config }: Task): boolean {
  return run.variant === variant.name && JSON.stringify(run.config) === JSON.stringify(config);
}

/** Whether a run of the results file is still one of this experiment, and is not to be made again. */
function isCurrent(run: Run, options: RunOptions): boolean {
  const { experiment, preset, fresh } = options;
  const variant = experiment.variants.find(({ name }) => name === run.variant);
  if (!variant || !isRunOf(run, { variant, config: configOf(preset, variant, run.seed) })) return false;
  return !(fresh && tasksOf(options).some((task) => isRunOf(run, task)));
}

function checkpointOf({ variant, config }: Task, folder: string, experiment: Experiment): string {
  return join(folder, 'checkpoints', `${experiment.name}.${variant.name}.seed${config.seed}.safetensors`);
}

/** Trains, saves the weights, and tests; null if the signal came first. */
async function runTask(task: Task, folder: string, commit: string, options: RunOptions): Promise<Run | null> {
  const { experiment, preset, data, signal, fresh } = options;
  const path = checkpointOf(task, folder, experiment);
  if (fresh) rmSync(path, { force: true });
  // Each run has its own backend: what one leaves behind cannot burden the next.
  const backend = await openBackend(options.backend, { threads: options.threads });
  const display = showProgress();
  try {
    const trained = await train({
      config: task.config,
      dataset: data.train,
      backend,
      checkpoint: { path, every: CHECKPOINT_EVERY[preset] },
      signal,
      onStep: (progress) => display.update(progress),
    });
    display.stop();
    if (!trained.finished) return null;
    const { network } = trained;
    const config = task.config.network;
    const weights = join(
      folder,
      'weights',
      `${experiment.name}.${task.variant.name}.seed${task.config.seed}.safetensors`,
    );
    saveWeights(
      weights,
      { network, config, backend },
      { training: JSON.stringify(task.config), trainingImages: data.train.hash },
    );
    const start = performance.now();
    const { images, mean } = await evaluate({
      network,
      backend,
      dataset: data.test,
      sigma: task.config.sigma,
    });
    return {
      variant: task.variant.name,
      seed: task.config.seed,
      parameters: parameterCount(network),
      config: task.config,
      images: [...images],
      mean,
      lossCurve: lossCurve(trained.losses),
      trainingSeconds: trained.seconds,
      evaluationSeconds: (performance.now() - start) / 1000,
      finished: new Date().toISOString(),
      commit,
      backend: (backend satisfies Backend).description,
    };
  } finally {
    display.stop();
    await backend.dispose();
  }
}

/** Points of a loss curve: few enough to read, enough to see its course. */
const CURVE_POINTS = 100;

/** Means over up to 100 stretches of equal length. */
export function lossCurve(losses: readonly number[]): { step: number; loss: number }[] {
  const length = Math.ceil(losses.length / CURVE_POINTS);
  return Array.from({ length: Math.ceil(losses.length / length) }, (_, i) => {
    const part = losses.slice(i * length, (i + 1) * length);
    return { step: i * length + part.length, loss: part.reduce((a, b) => a + b, 0) / part.length };
  });
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
