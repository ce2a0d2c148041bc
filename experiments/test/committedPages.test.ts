// Slow: draws all plots and pages.
/** `pnpm exp report` changes nothing of what is committed. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedModels } from '@nlrn/cli';
import { temporaryFolder } from '@nlrn/files/test';
import { hashWeights } from '@nlrn/networks';
import { PRESET_NAMES } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { COMPARISONS_FOLDER, writeComparisons } from '../comparison/writeComparisons.ts';
import { drawShares, SHARES_HEADING } from '../correlationMaps/drawShares.ts';
import { mapsPage } from '../correlationMaps/page.ts';
import { correlationMapsSchema, formatMapsCsv, MAPS_FOLDER } from '../correlationMaps/results.ts';
import { scaleOf } from '../lib/experiment.ts';
import { RESULTS } from '../lib/results.ts';
import { writeReport } from '../report/writeReport.ts';

const out = temporaryFolder();

// The pages say where those of Figure 4 are.
cpSync(join(RESULTS, MAPS_FOLDER), join(out, MAPS_FOLDER), { recursive: true });

/** Makes the files of a folder of results again, from its runs and pictures alone; all must be as they are. */
function assertRemade(folder: string, remake: () => boolean): void {
  for (const name of ['runs', 'crops']) {
    cpSync(join(RESULTS, folder, name), join(out, folder, name), { recursive: true });
  }
  assert.ok(remake());
  const filesIn = (root: string) => readdirSync(join(root, folder)).filter((name) => name.includes('.'));
  assert.equal(filesIn(out), filesIn(RESULTS));
  for (const name of filesIn(out)) {
    const [made, committed] = [out, RESULTS].map((root) => readFileSync(join(root, folder, name), 'utf8'));
    assert.ok(made === committed, `${folder}/${name}`);
  }
}

for (const scale of PRESET_NAMES.map((preset) => scaleOf(preset)).filter(({ name }) =>
  existsSync(join(RESULTS, name)),
)) {
  test(`${scale.name}: the files are what its runs make (pnpm exp report)`, () =>
    assertRemade(scale.name, () =>
      writeReport({ experiments: EXPERIMENTS, scale, out, from: [], say: () => {} }),
    ));
}

test('the comparisons: the files are what their runs make (pnpm exp report)', () =>
  assertRemade(COMPARISONS_FOLDER, () => writeComparisons({ out, from: [], say() {} })));

for (const images of readdirSync(join(RESULTS, MAPS_FOLDER))) {
  test(`Figure 4 on ${images} is of the weights that come with the project`, () => {
    const file = join(RESULTS, MAPS_FOLDER, images, 'correlation-maps.json');
    const { networks } = correlationMapsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const installed = new Map(installedModels().map(({ name, path }) => [name, path]));
    const ours = networks.filter(({ name }) => installed.has(name));
    assert.ok(ours.length > 0);
    for (const { name, weights } of ours) assert.is(weights, hashWeights(installed.get(name)!), name);
  });
}

test('Figure 4 on generated images: the page is what its files make', () => {
  const folder = join(RESULTS, MAPS_FOLDER, 'generated');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const maps = correlationMapsSchema.parse(JSON.parse(read('correlation-maps.json')));
  const sheets = maps.networks.map(({ name }) => ({ name, svg: read(`maps.${name}.svg`) }));
  assert.ok(mapsPage(maps, sheets) === read('index.html'));
  assert.is(drawShares(maps, SHARES_HEADING), read('shares.svg'));
  assert.is(formatMapsCsv(maps), read('correlation-maps.csv'));
});

test.run();
