import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeFolder } from '@nlrn/files';
import { MAPS_FOLDER } from '../correlationMaps/results.ts';
import { assemble, isIn, latestSets, type Sets, writeResults } from '../lib/assemble.ts';
import { newHere } from '../lib/copyRuns.ts';
import { describeDataset } from '../lib/data.ts';
import type { Experiment, Scale } from '../lib/experiment.ts';
import { writeText } from '../lib/jsonFiles.ts';
import { counted } from '../lib/numbers.ts';
import type { Results } from '../lib/results.ts';
import { readRuns, runName } from '../lib/runFiles.ts';
import { readPicture } from '../page/pictures.ts';
import { collectRuns } from './collectRuns.ts';
import { runsBySources } from './originSection.ts';
import { reportPage } from './page.ts';

export interface ReportOptions {
  readonly experiments: readonly Experiment[];
  readonly scale: Scale;
  /** Folder of the results; each scale has its own folder in it */
  readonly out: string;
  /** More folders of results, whose runs are copied to `out` first */
  readonly from: readonly string[];
  readonly say: (line: string) => void;
}

/**
 * Makes tables, figures and the page `index.html` of a scale's runs.
 *
 * The same runs make the same files. What is missing is shown as missing. A file that is damaged, or a run of other
 * images or another configuration than the rest, is named and left out; returns whether there was none.
 */
export function writeReport({ experiments, scale, out, from, say }: ReportOptions): boolean {
  const folder = join(out, scale.name);
  const faults: string[] = [];
  // A page that others read names files from the folder of results on.
  const leaveOutOf = (root: string) => (fault: string) => {
    faults.push(fault.replaceAll(join(root, '/'), ''));
    say(fault);
  };
  const leaveOut = leaveOutOf(out);
  for (const other of from.filter((other) => existsSync(join(other, scale.name, 'runs')))) {
    const count = collectRuns(join(other, scale.name), folder, { leaveOut: leaveOutOf(other), say });
    say(newHere(other, count));
  }
  const runs = readRuns(folder, leaveOut);
  const sets = latestSets(runs);
  const results = assemble(experiments, scale, runs, sets);
  const onImages = [...Map.groupBy(runs, ({ train, test }) => `${train.hash} ${test.hash}`).values()].map(
    (some) => `${counted(some.length, 'run')} ${imagesInWords(some[0]!)}`,
  );
  if (sets && onImages.length > 1)
    say(
      `${folder}: has ${onImages.join(', ')}; tables and page are of those ${imagesInWords(sets)}, the last`,
    );
  const used = runs.filter((run) => isIn(results, run));
  for (const run of runs.filter((run) => !used.includes(run))) {
    leaveOut(
      `${join(folder, 'runs', runName(run))}.json: is of other images or another configuration; it is left out`,
    );
  }
  const sources = [...runsBySources(used)].map(([hash, { length }]) => `${hash} (${counted(length, 'run')})`);
  if (sources.length > 1)
    say(`${folder}: runs by different sources of the model are compared: ${sources.join(', ')}`);
  makeFolder(folder);
  const written = results.map((table) => writeResults(folder, table));
  const page = join(folder, 'index.html');
  writeText(
    page,
    reportPage({
      preset: scale.name,
      experiments: results,
      runs: used,
      faults,
      readPicture: (path) => readPicture(join(folder, path)),
      mapped: mappedImages(out),
    }),
  );
  say(`wrote ${[...written, page].map((path) => relative(process.cwd(), path)).join('\n      ')}`);
  say(`${counted(used.length, 'run')}, ${counted(missingRows(results), 'row')} missing`);
  return faults.length === 0;
}

/** `trained on 400 images of train400 (b9cf4699), tested on 12 images of set12 (57f36d62)`: folders of one name may hold others. */
function imagesInWords({ train, test }: Sets): string {
  const [trained, tested] = [train, test].map((set) => `${describeDataset(set)} (${set.hash.slice(0, 8)})`);
  return `trained on ${trained}, tested on ${tested}`;
}

function missingRows(results: readonly Results[]): number {
  return results.flatMap(({ rows }) => rows).filter(({ seeds }) => seeds.length === 0).length;
}

/** The images of which Figure 4 has a page. */
function mappedImages(out: string): string[] {
  const folder = join(out, MAPS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((images) => existsSync(join(folder, images, 'index.html')));
}
