import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type Choice,
  chooseBackend,
  describeChoice,
  formatSeconds,
  type LiveLine,
  openBackend,
  testingFacts,
  wrapped,
} from '@nlrn/cli';
import { checkWritable, keepAside, makeFolder } from '@nlrn/files';
import { checkEnlargedImages, checkTestImages, type EvaluationProgress } from '@nlrn/nn';
import { megapixelsOf } from '../lib/data.ts';
import { describeEnvironment } from '../lib/environment.ts';
import { noiseToday } from '../lib/noise.ts';
import { counted } from '../lib/numbers.ts';
import { originNotes, otherOrigin, type Today } from '../lib/origins.ts';
import { forgetJobs, type Job, type Outcome, type Place, workThrough } from '../lib/queue.ts';
import { close, type Shard, tasksOfShard } from '../lib/shard.ts';
import { assembleComparison, isIn } from './assembleComparison.ts';
import { AXES, atLevel } from './axis.ts';
import { formatComparison } from './comparisonTable.ts';
import { writeCrops } from './crops.ts';
import type { Definition } from './definition.ts';
import type { Method } from './method.ts';
import { open } from './open.ts';
import {
  type Restoration,
  readRestorationFiles,
  restorationFile,
  reusableRestoration,
  writeRestoration,
} from './restoration.ts';
import { restoreSet } from './restoreSet.ts';
import { checkSets, type LoadedSet, loadSet, partOf, type SetFolders, type TestSet } from './sets.ts';
import { weightsFacts, whyNot } from './weights.ts';
import { writeComparison } from './writeComparison.ts';

export interface ComparisonOptions {
  readonly definition: Definition;
  readonly methods: readonly Method[];
  /** Names of the sets and the levels to run; all of the definition if none */
  readonly sets: readonly string[];
  readonly levels: readonly number[];
  /** How many images of each set are restored, the first ones; all without */
  readonly first?: number | undefined;
  readonly shard?: Shard | undefined;
  readonly backend: string;
  readonly threads?: number | undefined;
  /** The folder of published weights */
  readonly weights: string;
  readonly folders: SetFolders;
  /** Folder of the results of all comparisons */
  readonly out: string;
  /** Restore again what is finished already */
  readonly fresh: boolean;
  /** The sources that are running */
  readonly sources: Required<Today>;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly showProgress: () => LiveLine;
  readonly columns?: number | undefined;
}

/** The options, and what is found once for all runs. */
type Using = Omit<ComparisonOptions, 'backend'> & {
  readonly backend: Choice;
  readonly environment: Restoration['environment'];
};

/** A method, a test set and a level. */
interface Task extends Job {
  readonly method: Method;
  readonly loaded: LoadedSet;
  readonly level: number;
  readonly weights: Restoration['weights'];
}

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
  const backend = await chosenBackend(options);
  const plan = planOf(options);
  if (options.fresh) forget(plan.tasks, options.say);
  return carryOut(plan, backend);
}

/** What a table needs, which is found once: loading test sets and hashing them takes a while. */
interface Plan {
  readonly options: ComparisonOptions;
  readonly tasks: readonly Task[];
  /** What there is to say of the sets, and of what cannot be run */
  readonly notes: readonly string[];
}

function planOf(options: ComparisonOptions): Plan {
  const { out, shard } = options;
  makeFolder(join(out, 'runs'));
  checkWritable(join(out, 'runs', 'run.json'));
  const notes: string[] = [];
  const all = placesOf(options);
  const own = shard ? tasksOfShard(all, shard) : all;
  if (shard) notes.push(`shard ${shard.index} of ${shard.count}: ${own.length} of ${all.length} runs`);
  return { options, tasks: tasksAt(own, { ...options, say: (line) => notes.push(line) }), notes };
}

async function carryOut({ options, tasks, notes }: Plan, backend: Choice): Promise<boolean> {
  const { definition, out, say, shard, columns } = options;
  for (const line of notes) say(line);
  for (const line of wrapped(definition.title, columns)) say(line);
  sayHowLong(tasks, options);
  const environment = describeEnvironment('', options.command);
  const outcome = await runTasks(tasks, { ...options, backend, environment });
  if (!outcome.finished) return false;
  close(outcome, { shard, out: dirname(out), say, showTables: () => showTable(options) });
  return true;
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
  const backend = await chosenBackend(all[0]);
  const plans = all.map(planOf);
  const tasks = [...new Map(plans.flatMap(({ tasks }) => tasks).map((task) => [task.file, task])).values()];
  if (fresh) forget(tasks, say);
  say(`${all.map(({ definition }) => `Table ${definition.table}`).join(', ')}:`);
  sayHowLong(tasks, all[0]);
  for (const plan of plans) {
    say('');
    if (!(await carryOut(plan, backend))) return false;
  }
  return true;
}

async function chosenBackend({ backend, threads, say }: ComparisonOptions): Promise<Choice> {
  const choice = await chooseBackend(backend, { threads });
  const opened = await openBackend(choice);
  await opened.dispose();
  for (const line of describeChoice(choice, opened)) say(line);
  return choice;
}

/** Slow methods take a part of large sets: those that take longer than this many core-seconds a megapixel. */
const SLOW = 100;

/** Where a run stands in the table. */
interface TablePlace {
  readonly set: TestSet;
  readonly method: Method;
  readonly level: number;
}

/** Whether one is among those that are asked for: all are if none is named. */
const isAsked = <T>(asked: readonly T[], one: T) => asked.length === 0 || asked.includes(one);

function setsOf({ definition, sets }: ComparisonOptions): TestSet[] {
  return definition.sets.filter(({ name }) => isAsked(sets, name));
}

/** All that is asked for, the quick methods of a set first. It is the same on all machines: shards count by it. */
function placesOf(options: ComparisonOptions): TablePlace[] {
  const { definition, methods } = options;
  const levels = definition.levels.filter((level) => isAsked(options.levels, level));
  const inOrder = methods.toSorted((a, b) => a.pace - b.pace);
  return setsOf(options).flatMap((set) =>
    inOrder.flatMap((method) => levels.map((level) => ({ set, method, level }))),
  );
}

/** The runs of places that can be made here; says which cannot. */
function tasksAt(places: readonly TablePlace[], options: ComparisonOptions): Task[] {
  const {
    definition: { axis, inColour },
    folders,
    weights,
    say,
  } = options;
  const reasons = new Set<string>();
  const tasks = [...Map.groupBy(places, ({ set }) => set)].flatMap(([set, own]) => {
    const there = loadSet(set, folders, inColour, say);
    if (!there) return [];
    checkTestImages(there.dataset);
    const levels = new Set(own.map(({ level }) => level));
    if (axis === 'scale') for (const scale of levels) checkEnlargedImages(there.dataset, scale);
    return own.flatMap(({ method, level }): Task[] => {
      const why = whyNot(method, there, axis, level, weights);
      if (why === undefined) return [taskOf(method, level, there, options)];
      reasons.add(`${method.label}: ${why}`);
      return [];
    });
  });
  for (const reason of reasons) say(`left out: ${reason}`);
  return tasks;
}

function taskOf(method: Method, level: number, there: LoadedSet, options: ComparisonOptions): Task {
  const {
    definition: { axis },
    out,
    first,
    weights,
  } = options;
  const { set } = there;
  const loaded = partOf(there, { first, every: method.pace > SLOW ? set.every : undefined });
  const { part, dataset, of } = loaded;
  const file = restorationFile(out, { method: method.name, set: set.name, ...atLevel(axis, level), part });
  const images = part === undefined ? '' : ` (${dataset.images.length} of ${of})`;
  return {
    ...{ method, loaded, level, file, checkpoint: file },
    label: `${method.label}, ${set.label}${images}, ${AXES[axis].words(level)}`,
    weights: weightsFacts(method, level, weights),
  };
}

function forget(tasks: readonly Task[], say: ComparisonOptions['say']): void {
  forgetJobs(tasks, say, ({ file }) => {
    if (existsSync(file)) say(`${file}: is kept as ${keepAside(file, 'before-fresh')}`);
  });
}

/** Seconds that runs will probably take. */
function secondsOf(tasks: readonly Task[], { threads }: Pick<ComparisonOptions, 'threads'>): number {
  const cores = threads ?? navigator.hardwareConcurrency;
  const work = tasks.map(({ method, loaded }) => method.pace * megapixelsOf(loaded.dataset.images));
  return work.reduce((a, b) => a + b, 0) / cores;
}

function sayHowLong(tasks: readonly Task[], options: ComparisonOptions): void {
  const missing = tasks.filter(({ file }) => !existsSync(file));
  const done = tasks.length - missing.length;
  options.say(
    `${counted(tasks.length, 'run')}, ${done} of them finished; the others take about ${formatSeconds(secondsOf(missing, options))}`,
  );
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

/** Makes a run, showing how far it is, with the time left: for itself, and for those that come later. */
async function runShown(
  task: Task,
  { signal, claimed, secondsLeft: inAll = 0 }: Place<Task, Restoration>,
  options: Using,
): Promise<Restoration | null> {
  const line = options.showProgress();
  const own = secondsOf([task], options);
  const onProgress = (progress: EvaluationProgress) => {
    line.show(testingFacts(progress, inAll - own + (progress.secondsLeft ?? own)));
    claimed.refresh();
  };
  try {
    return await runTask(task, signal, onProgress, options);
  } finally {
    line.clear();
  }
}

async function runTask(
  { method, loaded, level, weights, file }: Task,
  signal: AbortSignal,
  onProgress: (progress: EvaluationProgress) => void,
  options: Using,
): Promise<Restoration | null> {
  // Each run has its own backend: what one leaves behind cannot burden the next.
  const opened = await open(method, level, options);
  try {
    const restored = await restoreSet(loaded, opened, signal, onProgress);
    if (!restored) return null;
    const { name, source, hash, images } = loaded.dataset;
    const { sets, axis } = options.definition;
    // Those that are shown are grey: they would be the common protocol's.
    const hasCrops = loaded.set.name === sets[0]!.name && !method.needsColour;
    return {
      method: method.name,
      set: loaded.set.name,
      ...atLevel(axis, level),
      parameters: opened.parameters,
      weights,
      test: { name, source, hash, images: images.length },
      of: loaded.of,
      ...restored,
      crops: hasCrops ? await writeCrops(file, atLevel(axis, level), opened) : [],
      finished: new Date().toISOString(),
      environment: { ...options.environment, backend: opened.description },
      sources: options.sources,
    };
  } finally {
    await opened.close();
  }
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
