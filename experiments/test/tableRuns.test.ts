import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defaultWeights, WEIGHTS } from '@nlrn/cli';
import { generatedDataset } from '@nlrn/data';
import { median } from 'simple-statistics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleComparison } from '../comparison/assembleComparison.ts';
import { COMPARISONS, denoising, superResolution } from '../comparison/definition.ts';
import { nlrnWeights } from '../comparison/denoisers.ts';
import { readRestorations } from '../comparison/restorationFiles.ts';
import { type Price, plotTrade } from '../comparison/tradePlot.ts';
import { COMPARISONS_FOLDER } from '../comparison/writeComparisons.ts';
import { measureDenoising } from '../keepWeights/denoising.ts';
import { committedTables, type Tables, tableRuns } from '../keepWeights/tableRuns.ts';
import { RESULTS } from '../lib/results.ts';
import { HALF, NARROW, WIDE } from '../lib/svg.ts';

const runs = readRestorations(join(RESULTS, COMPARISONS_FOLDER), (line) => assert.unreachable(line));

/** The sources that are running, as if they had made all runs. */
const { sources } = committedTables();
const TABLES: Tables = { runs: runs.map((run) => ({ ...run, sources })), sources, say: assert.unreachable };

const ofNlrn = runs.filter(({ method }) => method === 'nlrn');

test('the tables’ runs of NLRN are of the weights that are here, and are found by them', () => {
  assert.ok(ofNlrn.length > 0);
  for (const run of ofNlrn) {
    const path = run.sigma === undefined ? join(WEIGHTS, run.weights!.file) : nlrnWeights(run.sigma);
    const found = tableRuns(path, run.sigma === undefined ? 'bicubic' : 'bm3d', TABLES).own(run.test, run);
    assert.equal(found, { ...run, sources }, `${run.set} ${run.sigma ?? run.scale}: ${path}`);
  }
});

/** How many times too long or short a time that is told beforehand may be, if the machine is as busy as it was. */
const NEAR = 2;

test('the time that is told beforehand is about what the runs of a method took', () => {
  for (const { axis, methods } of COMPARISONS)
    for (const { name, pace } of methods) {
      const own = runs.filter((run) => run[axis] !== undefined && run.method === name);
      if (own.length === 0) continue;
      const found = median(own.map(({ coreSeconds, megapixels }) => coreSeconds / megapixels));
      assert.ok(pace < NEAR * found && found < NEAR * pace, `${name}: ${pace}, and ${found} of the runs`);
    }
});

test('the pictures of all runs are there', () => {
  for (const { restored, noisy, truth } of runs.flatMap(({ crops }) => crops))
    for (const path of [restored, truth, ...(noisy === undefined ? [] : [noisy])])
      assert.ok(existsSync(join(RESULTS, COMPARISONS_FOLDER, path)), path);
});

test('fractions of a core-second are written out, thousands of parameters are not', () => {
  const comparison = assembleComparison(superResolution, runs);
  const ticks = (price: Price) => plotTrade(comparison, price, WIDE).match(/(?<=>)[\d.]+[a-zµ]?(?=<)/g);
  assert.ok(ticks('time')!.includes('0.1'));
  assert.not.match(ticks('time')!.join(' '), /[a-zµ]/);
  assert.ok(ticks('parameters')!.includes('100k'));
});

test('names in a plot are short, and all of them have room where two plots stand side by side', () => {
  const namesIn = (price: Price, width: number) =>
    plotTrade(assembleComparison(denoising, runs), price, width).match(/(?<=>)(?!PSNR)[A-Z][\w, -]+(?=<)/g)!;
  const all = ['BM3D', 'DnCNN-B', 'DnCNN-S', 'FFDNet', 'NL means', 'NLRN, small', 'TNRD', 'WNNM'];
  for (const price of ['time', 'parameters'] as const) assert.equal(namesIn(price, HALF).toSorted(), all);
  assert.equal(namesIn('parameters', NARROW).toSorted(), all);
  // Between its neighbours and the axis there is no room on a phone.
  assert.equal(
    namesIn('time', NARROW).toSorted(),
    all.filter((name) => name !== 'FFDNet'),
  );
});

test('a level is restored with weights that were trained for it, where there are some', () => {
  assert.equal(
    [15, 25, 30, 50].map((sigma) => basename(nlrnWeights(sigma), '.safetensors')),
    ['nlrn-blind', 'nlrn-s25', 'nlrn-blind', 'nlrn-blind'],
  );
  assert.is(nlrnWeights(70), defaultWeights(70));
});

test('of other images, at another level or of other weights there is none; a rival is told by its name', () => {
  const run = ofNlrn.find(({ scale }) => scale === 2)!;
  const { own, rival } = tableRuns(join(WEIGHTS, run.weights!.file), 'bicubic', TABLES);
  assert.is(own({ hash: 'f'.repeat(64) }, { scale: 2 }), undefined);
  assert.is(own(run.test, { scale: 5 }), undefined);
  assert.is(tableRuns(defaultWeights(25), 'bicubic', TABLES).own(run.test, { scale: 2 }), undefined);
  const bicubic = TABLES.runs.find(
    ({ method, set, scale }) => method === 'bicubic' && set === run.set && scale === 2,
  );
  assert.equal(rival(run.test, { scale: 2 }), bicubic);
});

test('weights are tested at all levels on the first folder, on others at those they were trained for', async () => {
  const folders = ['a', 'b'].map((name) => generatedDataset(name, { count: 1, size: 16 }));
  const [bm3d] = runs.filter(({ method }) => method === 'bm3d');
  // What the tables have is not tested again.
  const unused = undefined as never;
  const keysFor = async (low: number, high: number) => {
    const test = { trained: { low, high }, runs: { own: () => bm3d, rival: () => bm3d }, threads: 1 };
    return Object.keys((await measureDenoising(unused, unused, folders, test)).figures);
  };
  const at = (name: string, ...levels: number[]) => levels.map((sigma) => `${name}, sigma ${sigma}`);
  assert.equal(await keysFor(0, 30), [...at('a', 5, 10, 15, 25), ...at('b', 15, 25)]);
  assert.equal(await keysFor(25, 25), [...at('a', 5, 10, 15), 'a', ...at('a', 40, 50), 'b']);
  assert.equal(await keysFor(30, 30), [...at('a', 5, 10, 15, 25), 'a', ...at('a', 40, 50), 'b']);
});

test('a run by other sources than those that are running is said, and not taken: a card names the commit that made it', () => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const run = ofNlrn.find(({ scale }) => scale === 2)!;
  const path = join(WEIGHTS, run.weights!.file);
  for (const [part, words] of [
    ['model', 'other sources of the model'],
    ['methods', 'other sources of the methods'],
    ['engine', 'another engine, whose rounding may differ'],
  ] as const) {
    const others = { ...sources, [part]: 'f'.repeat(64) };
    assert.is(tableRuns(path, 'bicubic', { ...TABLES, sources: others, say }).own(run.test, run), undefined);
    assert.is(said.pop(), `nlrn, ${run.set}, x2: the table’s run is by ${words}; it is tested again`);
  }
});

test.run();
