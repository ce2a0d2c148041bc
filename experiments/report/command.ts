import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, namesFrom, text, UserError, userPath } from '@nlrn/cli';
import { isFolder } from '@nlrn/files';
import { PRESET_NAMES, type PresetName } from '@nlrn/nlrn';
import type { InferredOptionTypes, Options } from 'yargs';
import { EXPERIMENTS } from '../catalogue.ts';
import { hasComparisons, writeComparisons } from '../comparison/writeComparisons.ts';
import { presetNamed, type Scale, scaleNamed } from '../lib/experiment.ts';
import { outOption } from '../lib/nextSteps.ts';
import { RESULTS } from '../lib/results.ts';
import { runFileNames } from '../lib/runFiles.ts';
import { writeSchemas } from './jsonSchemas.ts';
import { writeReport } from './writeReport.ts';

const reportOptions = {
  preset: text(`Scale of the results: ${PRESET_NAMES.join(', ')}; all that have runs without it`),
  out: text('Folder of the results; results/ of this repository without it'),
  from: text('More folders of results, separated by commas: their runs are copied to the results first'),
} as const satisfies Record<string, Options>;

export const reportCommand: Command<InferredOptionTypes<typeof reportOptions>> = {
  command: 'report',
  describe: 'Make tables, figures and index.html of the runs that are there',
  options: reportOptions,
  builder: (yargs) =>
    yargs
      .example('$0 report', 'writes results/<preset>/index.html wherever there are runs')
      .example('$0 report --from node1/results,node2/results', 'merges the runs of two machines')
      .epilogue(
        'Rows without runs are shown as missing. Files that are damaged, or of other images or another\n' +
          'configuration than the rest, are named and left out: the page is written, the exit code is 1.',
      ),
  handler: (args) => {
    const presets = args.preset === undefined ? PRESET_NAMES : [presetNamed(args.preset)];
    const out = args.out === undefined ? RESULTS : folderFrom('--out', args.out);
    const from =
      args.from === undefined ? [] : namesFrom('--from', args.from).map((name) => folderFrom('--from', name));
    const scales = scalesWithRuns(presets, [out, ...from]);
    const isCompared = (folder: string) => args.preset === undefined && hasComparisons(folder);
    for (const folder of from) {
      if (isCompared(folder) || scales.some((scale) => hasRuns(folder, scale))) continue;
      throw new UserError(`--from ${folder}: has no runs; name folders that --out has named`);
    }
    const areCompared = [out, ...from].some(isCompared);
    if (scales.length === 0 && !areCompared) {
      throw new UserError(
        `${out}: has no runs; pnpm exp all --preset ${presets[0]}${outOption(out)} makes them`,
      );
    }
    const say = (line: string) => console.log(line);
    const areWhole = scales.map((scale) => writeReport({ experiments: EXPERIMENTS, scale, out, from, say }));
    if (areCompared) areWhole.push(writeComparisons({ out, from, say }));
    writeSchemas(out);
    if (areWhole.includes(false)) process.exitCode = 1;
  },
};

/** A folder of results, there or not. Throws UserError for a file. */
function folderFrom(option: string, given: string): string {
  const path = userPath(given);
  if (!existsSync(path) || isFolder(path)) return path;
  throw new UserError(`${option} ${path}: is a file, name a folder`);
}

/** The scales of the presets, of whatever sizes, that have runs in one of the folders; those of the presets themselves first. */
function scalesWithRuns(presets: readonly PresetName[], folders: readonly string[]): Scale[] {
  const names = new Set(
    folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder)),
  );
  return presets.flatMap((preset) =>
    [...names]
      .filter((name) => name.split('-')[0] === preset)
      .sort((a, b) => a.length - b.length || a.localeCompare(b))
      .flatMap((name) => scaleNamed(name) ?? [])
      .filter((scale) => folders.some((folder) => hasRuns(folder, scale))),
  );
}

function hasRuns(folder: string, { name }: Scale): boolean {
  return runFileNames(join(folder, name)).length > 0;
}
