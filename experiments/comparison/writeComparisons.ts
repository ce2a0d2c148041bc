import { join, relative } from 'node:path';
import { newHere } from '../lib/copyRuns.ts';
import { writeJson, writeText } from '../lib/jsonFiles.ts';
import { counted } from '../lib/numbers.ts';
import { readPicture } from '../page/pictures.ts';
import { assembleComparison, isIn } from './assembleComparison.ts';
import { collectRestorations } from './collectRestorations.ts';
import { COMPARISONS } from './definition.ts';
import { anatomySchema, formatNetworkCsv, type NetworkTable, networkTable } from './networkTable.ts';
import { comparisonPage } from './page.ts';
import { readRestorations, restorationFileNames } from './restorationFiles.ts';
import { writeComparison } from './writeComparison.ts';

/** The folder of all comparisons, in that of the results. */
export const COMPARISONS_FOLDER = 'comparisons';

/** Whether there are runs of comparisons in a folder of results. */
export function hasComparisons(out: string): boolean {
  return restorationFileNames(join(out, COMPARISONS_FOLDER)).length > 0;
}

/** Writes Table 3 as JSON and CSV, and says where. */
export function writeNetworkTable(folder: string, table: NetworkTable): string {
  writeJson(join(folder, 'networks.json'), anatomySchema, table);
  writeText(join(folder, 'networks.csv'), formatNetworkCsv(table));
  return join(folder, 'networks.{json,csv}');
}

interface ComparisonsOptions {
  /** Folder of the results */
  readonly out: string;
  /** More folders of results, whose runs of comparisons are copied to `out` first */
  readonly from: readonly string[];
  readonly say: (line: string) => void;
}

/**
 * Makes Tables 3 to 6, those of which there are runs, and their page, of the runs that are there. What is damaged is named and
 * left out; returns whether nothing was.
 */
export function writeComparisons({ out, from, say }: ComparisonsOptions): boolean {
  const folder = join(out, COMPARISONS_FOLDER);
  const faults: string[] = [];
  // A page that others read names files from the folder of results on.
  const leaveOutOf = (root: string) => (fault: string) => {
    faults.push(fault.replaceAll(join(root, '/'), ''));
    say(fault);
  };
  for (const other of from.filter(hasComparisons)) {
    const count = collectRestorations(join(other, COMPARISONS_FOLDER), folder, {
      leaveOut: leaveOutOf(other),
      say,
    });
    say(newHere(other, count));
  }
  const runs = readRestorations(folder, leaveOutOf(out));
  const comparisons = COMPARISONS.filter((definition) => runs.some((run) => isIn(definition, run))).map(
    (definition) => assembleComparison(definition, runs),
  );
  const networks = networkTable(runs);
  const page = join(folder, 'index.html');
  const written = [
    ...comparisons.map((comparison) => writeComparison(folder, comparison)),
    writeNetworkTable(folder, networks),
  ];
  writeText(
    page,
    comparisonPage({
      comparisons,
      networks,
      runs,
      faults,
      readPicture: (path) => readPicture(join(folder, path)),
    }),
  );
  say(`wrote ${[...written, page].map((path) => relative(process.cwd(), path)).join('\n      ')}`);
  say(counted(runs.length, 'run'));
  return faults.length === 0;
}
