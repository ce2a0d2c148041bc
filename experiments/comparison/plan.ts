import { join } from 'node:path';
import { formatSeconds, type LiveLine } from '@nlrn/cli';
import { checkWritable, makeFolder } from '@nlrn/files';
import { checkEnlargedImages, checkTestImages } from '@nlrn/nn';
import { megapixelsOf } from '../lib/data.ts';
import { counted } from '../lib/numbers.ts';
import type { Today } from '../lib/origins.ts';
import type { Job } from '../lib/queue.ts';
import { type Shard, tasksOfShard } from '../lib/shard.ts';
import { AXES, atLevel } from './axis.ts';
import type { Definition } from './definition.ts';
import type { Method } from './method.ts';
import type { Restoration } from './restoration.ts';
import { checkSameImages, isThere, readRestorationFiles, restorationFile } from './restorationFiles.ts';
import { type LoadedSet, loadSet, partOf, type SetFolders, type TestSet } from './sets.ts';
import { weightsFacts, whyNot } from './weights.ts';

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

/** A method, a test set and a level. */
export interface Task extends Job {
  readonly method: Method;
  readonly loaded: LoadedSet;
  readonly level: number;
  readonly weights: Restoration['weights'];
}

/** What a table needs, which is found once: loading test sets and hashing them takes a while. */
export interface Plan {
  readonly options: ComparisonOptions;
  readonly tasks: readonly Task[];
  /** What there is to say of the sets, and of what cannot be run */
  readonly notes: readonly string[];
}

export function planOf(options: ComparisonOptions): Plan {
  const { out, shard } = options;
  makeFolder(join(out, 'runs'));
  checkWritable(join(out, 'runs', 'run.json'));
  const notes: string[] = [];
  const all = placesOf(options);
  const own = shard ? tasksOfShard(all, shard) : all;
  if (shard) notes.push(`shard ${shard.index} of ${shard.count}: ${own.length} of ${all.length} runs`);
  return { options, tasks: tasksAt(own, { ...options, say: (line) => notes.push(line) }), notes };
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

export function setsOf({ definition, sets }: ComparisonOptions): TestSet[] {
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
    out,
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
  const files = readRestorationFiles(out, () => {});
  for (const loaded of new Set(tasks.map((task) => task.loaded))) checkSameImages(out, files, loaded);
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

/** Seconds that runs will probably take. */
export function secondsOf(tasks: readonly Task[], { threads }: Pick<ComparisonOptions, 'threads'>): number {
  const cores = threads ?? navigator.hardwareConcurrency;
  const work = tasks.map(({ method, loaded }) => method.pace * megapixelsOf(loaded.dataset.images));
  return work.reduce((a, b) => a + b, 0) / cores;
}

export function sayHowLong(tasks: readonly Task[], options: ComparisonOptions): void {
  const missing = tasks.filter(
    (task) => !isThere(task.file, { test: task.loaded.dataset, weights: task.weights }),
  );
  const done = tasks.length - missing.length;
  options.say(
    `${counted(tasks.length, 'run')}, ${done} of them finished; the others take about ${formatSeconds(secondsOf(missing, options))}`,
  );
}
