// Slow: restores images some forty times.

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '@nlrn/cli';
import { createImage, generatedDataset } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { makeFolder, type StoredTensor, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleComparison } from '../comparison/assembleComparison.ts';
import type { ComparedRow, Comparison } from '../comparison/comparison.ts';
import { formatComparison, parametersInWords, secondsInWords } from '../comparison/comparisonTable.ts';
import { denoising, denoising300 } from '../comparison/definition.ts';
import { DENOISERS } from '../comparison/denoisers.ts';
import { inAllViews } from '../comparison/method.ts';
import { formatNetworkTable, networkTable } from '../comparison/networkTable.ts';
import { comparisonPage } from '../comparison/page.ts';
import type { ComparisonOptions } from '../comparison/plan.ts';
import type { Restoration } from '../comparison/restoration.ts';
import { readRestorations } from '../comparison/restorationFiles.ts';
import { runComparison, runComparisons } from '../comparison/runComparison.ts';
import { partOf, SETS } from '../comparison/sets.ts';
import { COMPARISONS_FOLDER, writeComparisons } from '../comparison/writeComparisons.ts';
import { assertValid } from './assertValid.ts';

const root = temporaryFolder();
const [data, weights] = [join(root, 'data'), join(root, 'weights')];
for (const folder of [join(data, 'set12'), weights]) makeFolder(folder);
const IMAGES = generatedDataset('comparison', { count: 3, size: 24 }).images;
for (const { name, image } of IMAGES) writePng(join(data, 'set12', name), image);

/** A stack of two convolutions that changes nothing: an FFDNet gives the quarters back, a DnCNN takes off no noise. */
function stack(inputs: number, outputs: number): Map<string, StoredTensor> {
  const first = new Float32Array(8 * inputs * 9);
  for (let c = 0; c < inputs; c++) first[(c * inputs + c) * 9 + 4] = 1;
  const last = new Float32Array(outputs * 8 * 9);
  if (outputs > 1) for (let c = 0; c < outputs; c++) last[(c * 8 + c) * 9 + 4] = 1;
  return new Map([
    ['conv0.weight', { shape: [8, inputs, 3, 3], data: first }],
    ['conv0.bias', { shape: [8], data: new Float32Array(8) }],
    ['conv1.weight', { shape: [outputs, 8, 3, 3], data: last }],
    ['conv1.bias', { shape: [outputs], data: new Float32Array(outputs) }],
  ]);
}
writeSafetensors(join(weights, 'ffdnet-gray.safetensors'), stack(5, 4), { sigma: '0-40' });
writeSafetensors(join(weights, 'dncnn-s25.safetensors'), stack(1, 1), { sigma: '25' });

/** No real hashes: a change of the sources is a change of these. */
const SOURCES = { model: '1'.repeat(64), engine: '2'.repeat(64), methods: '3'.repeat(64) };

/** What any network that was trained gains over the noise at sigma 50, in dB; on Set12 it is 11. */
const GAIN = 5;

const named = (...names: string[]) => names.map((name) => DENOISERS.find((method) => method.name === name)!);

/** Runs a part of Table 4; returns whether it was finished, and what was said. */
async function run(given: Partial<ComparisonOptions> = {}): Promise<{ finished: boolean; said: string }> {
  const said: string[] = [];
  const finished = await runComparison(optionsOf(said, given));
  return { finished, said: said.join('\n') };
}

function optionsOf(said: string[], given: Partial<ComparisonOptions>): ComparisonOptions {
  return {
    definition: denoising,
    methods: named('bilateral', 'ffdnet'),
    sets: ['set12'],
    levels: [15, 25],
    backend: 'wasm',
    threads: 1,
    weights,
    folders: { data: [data] },
    out: join(root, 'results', COMPARISONS_FOLDER),
    fresh: false,
    sources: SOURCES,
    command: 'pnpm exp denoising',
    signal: new AbortController().signal,
    say: (line) => said.push(line),
    showProgress: () => ({ show() {}, clear() {}, stop() {} }),
    ...given,
  };
}

const results = join(root, 'results', COMPARISONS_FOLDER);
const runFiles = (folder = results) => readdirSync(join(folder, 'runs')).sort();
const runIn = (name: string): Restoration => JSON.parse(readFileSync(join(results, 'runs', name), 'utf8'));

test('a file a method, set and level; the table has ours beside the paper’s', async () => {
  const { finished, said } = await run();
  assert.ok(finished);
  assert.match(said, /4 runs, 0 of them finished; the others take about/);
  assert.equal(runFiles(), [
    'bilateral.set12.s15.json',
    'bilateral.set12.s25.json',
    'ffdnet.set12.s15.json',
    'ffdnet.set12.s25.json',
  ]);
  assert.match(said, /\nSet12 .*sigma 15/);
  assert.match(said, /\nFFDNet +\d\d\.\d\d/);
  assert.match(said, /\nTNRD +\(32\.50\) +\(30\.06\) +\(26\.81\)/);
  const identity = runIn('ffdnet.set12.s25.json');
  // Clipped to [0, 1], as the noisy image is.
  assert.ok(Math.abs(identity.mean.restored.psnr - identity.mean.noisy!.psnr) < 0.1);
  assert.is(identity.parameters, 8 * 5 * 9 + 8 + 4 * 8 * 9 + 4);
  assert.is(identity.weights?.file, 'ffdnet-gray.safetensors');
  assert.is(runIn('bilateral.set12.s25.json').weights, null);
  assert.ok(runIn('bilateral.set12.s25.json').mean.restored.psnr > identity.mean.noisy!.psnr + 1);
});

test('what is finished is not made again; what is of other weights or damaged is, and counts as not finished', async () => {
  const before = readFileSync(join(results, 'runs', 'ffdnet.set12.s25.json'), 'utf8');
  const { said } = await run();
  assert.is(said.match(/finished before, /g)?.length, 4);
  assert.is(readFileSync(join(results, 'runs', 'ffdnet.set12.s25.json'), 'utf8'), before);
  writeFileSync(join(results, 'runs', 'bilateral.set12.s15.json'), '{');
  const other = stack(5, 4).set('conv0.bias', { shape: [8], data: new Float32Array(8).fill(0.01) });
  writeSafetensors(join(weights, 'ffdnet-gray.safetensors'), other, { sigma: '0-40' });
  const again = await run();
  assert.match(again.said, /bilateral\.set12\.s15\.json: is damaged .*; it is kept as/);
  assert.match(again.said, /ffdnet\.set12\.s15\.json: is of other weights than asked for; it is kept as/);
  assert.match(again.said, /4 runs, 1 of them finished/);
  assert.is(runFiles().filter((name) => /\.s\d+\.json$/.test(name)).length, 4);
});

test('other images than those of runs that are there are refused, whatever the method, and all stays as it was', async () => {
  const out = join(root, 'same-images');
  await run({ out, levels: [25], methods: named('bilateral') });
  const others = join(root, 'half-fetched');
  makeFolder(join(others, 'set12'));
  writePng(join(others, 'set12', '1.png'), IMAGES[0]!.image);
  const before = runFiles(out);
  for (const method of ['bilateral', 'nlm']) {
    const refused = await run({
      out,
      levels: [25],
      methods: named(method),
      folders: { data: [others] },
    }).catch((error: Error) => error);
    assert.instance(refused, UserError);
    assert.match(
      (refused as Error).message,
      /bilateral\.set12\.s25\.json: is of other images of Set12 \(\d+\) than those that are there now \(1\); fetch the whole set, name the folder of those images by --data, or another folder of results by --out$/,
    );
  }
  assert.equal(runFiles(out), before);
  // As where the runs of two machines are put together.
  await run({ out: others, levels: [25], methods: named('nlm'), folders: { data: [others] } });
  cpSync(join(others, 'runs', 'nlm.set12.s25.json'), join(out, 'runs', 'nlm.set12.s25.json'));
  const said: string[] = [];
  assert.equal(
    readRestorations(out, (line) => said.push(line)).map(({ method }) => method),
    ['bilateral'],
  );
  assert.match(
    said.join('\n'),
    /nlm\.set12\.s25\.json: is of other images of its set than most runs; it is left out$/,
  );
});

test('runs by other sources of a model, of methods, or by another engine are used, and said to be', async () => {
  const [out, levels, methods] = [join(root, 'origins'), [25], named('bilateral')];
  await run({ out, levels, methods });
  const other = '4'.repeat(64);
  for (const [sources, words] of [
    [{ model: other }, 'other sources of the model'],
    [{ methods: other }, 'other sources of the methods'],
    [{ engine: other }, 'another engine, whose rounding may differ'],
  ] as const) {
    const { said } = await run({ out, levels, methods, sources: { ...SOURCES, ...sources } });
    assert.match(said, new RegExp(`, sigma 25: finished before by ${words}, \\d`));
    assert.match(
      said,
      new RegExp(
        `\\nin the tables, 1 of 1 run by ${words}: bilateral\\.set12\\.s25\\n--fresh restores again`,
      ),
    );
  }
  const file = join(out, 'runs', 'bilateral.set12.s25.json');
  const { sources, ...old } = JSON.parse(readFileSync(file, 'utf8')) as Restoration;
  writeFileSync(file, JSON.stringify({ ...old, sources: { ...sources, methods: undefined } }));
  const { said } = await run({ out, levels, methods });
  assert.match(said, /finished before by sources of the methods that the run does not name, \d/);
  assert.match((await run({ out, levels, methods, fresh: true })).said, /wrote \S+$/);
});

test('a run with other noise than today’s is made again, and until then left out beside newer ones', async () => {
  const [out, levels] = [join(root, 'noise'), [25]];
  await run({ out, levels });
  const file = join(out, 'runs', 'ffdnet.set12.s25.json');
  const old = JSON.parse(readFileSync(file, 'utf8')) as Restoration;
  for (const { noisy } of [old.mean, ...old.images]) noisy!.psnr += 0.02;
  writeFileSync(file, JSON.stringify(old));
  const faults: string[] = [];
  assert.equal(
    readRestorations(out, (fault) => faults.push(fault)).map(({ method }) => method),
    ['bilateral'],
  );
  assert.match(
    faults.join('\n'),
    /ffdnet\.set12\.s25\.json: was tested with other noise than the run that was finished last; .*; it is left out$/,
  );
  const { said } = await run({ out, levels });
  assert.match(said, /ffdnet\.set12\.s25\.json: is of other noise than asked for; it is kept as /);
  assert.equal(runFiles(out), [
    'bilateral.set12.s25.json',
    'ffdnet.set12.s25.json',
    'ffdnet.set12.s25.other-noise.json',
  ]);
  assert.is(readRestorations(out, assert.unreachable).length, 2);
});

test('a run that is stopped leaves finished files, and the same command goes on', async () => {
  const out = join(root, 'stopped');
  const controller = new AbortController();
  const show = ([first = '']: readonly string[]) => first.includes('2/3') && controller.abort();
  const showProgress = () => ({ show, clear() {}, stop() {} });
  const { finished } = await run({ out, signal: controller.signal, showProgress });
  assert.is(finished, false);
  assert.equal(runFiles(out), []);
  const { said } = await run({ out });
  assert.match(said, /4 runs, 0 of them finished/);
  assert.is(runFiles(out).length, 4);
});

test('the time left in all is told of a run that others come after', async () => {
  const facts: (readonly string[])[] = [];
  const showProgress = () => ({ show: (line: readonly string[]) => facts.push(line), clear() {}, stop() {} });
  await run({ out: join(root, 'times'), methods: named('bilateral'), showProgress });
  // Two runs of three images each: the second has none after it.
  const ofLast = facts.length - facts.findLastIndex(([first]) => first?.includes('image 1/3')) - 1;
  const tells = facts.map((line) => line.filter((fact) => fact.endsWith('left in all')).length);
  assert.equal(tells[0], 1);
  assert.equal(tells.slice(-ofLast), Array(ofLast).fill(0));
});

test('shards share the runs, and leave the table to the report', async () => {
  const out = join(root, 'sharded', COMPARISONS_FOLDER);
  for (const index of [1, 2]) {
    const { said } = await run({ out, shard: { index, count: 2 } });
    assert.ok(said.includes(`\n"pnpm exp report --out ${dirname(out)}" makes the tables when `), said);
  }
  assert.is(runFiles(out).length, 4);
  assert.not.ok(existsSync(join(out, 'denoising.json')));
  assert.ok(writeComparisons({ out: join(root, 'sharded'), from: [], say() {} }));
  assert.ok(existsSync(join(out, 'denoising.json')));
  assert.match(readFileSync(join(out, 'index.html'), 'utf8'), /<h2>Table 4: methods compared/);
});

test('shards count what is asked for, whatever a machine lacks', async () => {
  const empty = join(root, 'no-weights');
  makeFolder(empty);
  const out = join(root, 'unlike');
  const levels = [15, 25, 50];
  await run({ out, levels, shard: { index: 1, count: 2 } });
  const { said } = await run({ out, levels, weights: empty, shard: { index: 2, count: 2 } });
  assert.match(said, /shard 2 of 2: 3 of 6 runs\n.*left out: FFDNet: no weights for sigma 25 /s);
  const of = (method: string) => runFiles(out).filter((name) => name.startsWith(method));
  assert.equal(
    of('bilateral'),
    levels.map((level) => `bilateral.set12.s${level}.json`),
  );
  assert.equal(of('ffdnet'), ['ffdnet.set12.s15.json']);
});

test('a method is not tested on the images that it was trained on', async () => {
  for (const set of ['bsd200-half', 'bsd68']) {
    makeFolder(join(data, set));
    for (const { name, image } of IMAGES) writePng(join(data, set, name), image);
  }
  const out = join(root, 'trained-on');
  const methods = [...named('bilateral', 'ffdnet', 'dncnn-b', 'nlrn'), ...named('nlrn').map(inAllViews)];
  const { said } = await run({ out, methods, definition: denoising300, sets: ['bsd200-half'], levels: [30] });
  for (const label of ['FFDNet', 'DnCNN-B', 'NLRN of 64 channels, trained here, multi-view'])
    assert.match(said, new RegExp(`^left out: ${label}: trained on these images: BSD200, half size$`, 'm'));
  assert.equal(runFiles(out), ['bilateral.bsd200-half.s30.json']);
  const table = JSON.parse(readFileSync(join(out, 'denoising-300.json'), 'utf8')) as Comparison;
  const row = table.rows.find(
    ({ method, set, sigma }) => method === 'nlrn' && set === 'bsd200-half' && sigma === 30,
  );
  // All figures of the row are the paper's, and so is its name.
  assert.equal([row?.label, row?.why], ['NLRN', 'trained on these images']);
  const page = comparisonPage({
    comparisons: [table],
    networks: networkTable([]),
    runs: readRestorations(out, assert.unreachable),
    faults: [],
    readPicture: () => null,
  });
  assert.match(page, />NLRN<br><span class="quiet">the weights here were trained on these images<\/span></);
  for (const note of denoising300.notes) assert.ok(page.includes(`<li>${note}</li>`), note);
  assert.match(page, /Times are those of runs of 1 commit, on machines that may have had other work/);
  const small = await run({ out, methods: named('red-small'), sets: ['bsd68', 'set12'], levels: [50] });
  assert.match(small.said, /left out: RED, 10 layers of 32, trained here: trained on these images: BSD68$/m);
  assert.equal(runFiles(out), ['bilateral.bsd200-half.s30.json', 'red-small.set12.s50.json']);
  const text = readFileSync(join(out, 'runs', 'bilateral.bsd200-half.s30.json'), 'utf8');
  writeFileSync(
    join(out, 'runs', 'ffdnet-mv.bsd200-half.s30.json'),
    text.replaceAll('bilateral', 'ffdnet-mv'),
  );
  const faults: string[] = [];
  assert.is(readRestorations(out, (fault) => faults.push(fault)).length, 2);
  assert.match(faults.join(), /s30\.json: is of a method that was trained on its images; it is left out$/);
});

test('the page names runs that are left out, and pictures that are lost', async () => {
  const folder = join(root, 'damaged');
  const out = join(folder, COMPARISONS_FOLDER);
  await run({ out });
  const file = join(out, 'runs', 'bilateral.set12.s15.json');
  const damaged = JSON.parse(readFileSync(file, 'utf8')) as Restoration;
  damaged.mean.restored.psnr = 40;
  writeFileSync(file, JSON.stringify(damaged));
  rmSync(join(out, 'crops', 'ffdnet.set12.s25.facade-01.png'));
  assert.not.ok(writeComparisons({ out: folder, from: [], say() {} }));
  const page = readFileSync(join(out, 'index.html'), 'utf8');
  assert.match(
    page,
    /Files left out<\/h2>\n<ul><li>comparisons.runs.bilateral\.set12\.s15\.json: has a mean that is not that of its images; it is left out</,
  );
  assert.match(page, /The file is missing or damaged: FFDNet\.</);
  assert.not.match(readFileSync(join(out, 'denoising.csv'), 'utf8'), /,40\.0000/);
  // Of a mean of SSIM, too.
  damaged.mean = { ...damaged.mean, restored: { psnr: psnrOf(damaged), ssim: 0.99 } };
  writeFileSync(file, JSON.stringify(damaged));
  assert.is(readRestorations(out, () => {}).length, 3);
});

const psnrOf = ({ images }: Restoration) =>
  images.reduce((sum, { restored }) => sum + restored.psnr, 0) / images.length;

test('the contents name the sections that are there', () => {
  const page = comparisonPage({
    comparisons: [],
    networks: networkTable([]),
    runs: [],
    faults: [],
    readPicture: () => null,
  });
  for (const [, id] of page.matchAll(/href="#([\w-]+)"/g)) assert.ok(page.includes(`id="${id}"`), id);
  assert.not.match(page, /Pictures|Files left out/);
});

test('pictures are of the level at which most methods have some; of several such the middle one', () => {
  const runs = readRestorations(results, assert.unreachable);
  const of = (method: string, sigma: number): Restoration => ({
    ...runs.find(({ crops }) => crops.length > 0)!,
    method,
    sigma,
  });
  const shown = (runs: readonly Restoration[]) =>
    [
      ...comparisonPage({
        comparisons: [],
        networks: networkTable([]),
        runs,
        faults: [],
        readPicture: () => null,
      }).matchAll(/<summary>facade-01, (sigma \d+)</g),
    ].map(([, level]) => level);
  assert.equal(shown([15, 25, 30, 50, 70].flatMap((sigma) => of('bilateral', sigma))), ['sigma 30']);
  const most = [15, 25, 50].map((sigma) => of('ffdnet', sigma));
  assert.equal(shown([...[15, 25, 30, 50, 70].map((sigma) => of('bilateral', sigma)), ...most]), [
    'sigma 25',
  ]);
});

test('time and parameters that are not the same at all levels are a range, from the least on', () => {
  const at = new Map(
    [
      [15, 8.73, 85_123],
      [25, 10.78, 85_059],
      [50, null, null],
    ].map(([sigma, coreSecondsPerMegapixel, parameters]) => [
      sigma!,
      { coreSecondsPerMegapixel, parameters } as ComparedRow,
    ]),
  );
  assert.equal([secondsInWords(at), parametersInWords(at)], ['8.7 to 10.8', '85,059 to 85,123']);
  at.delete(25);
  assert.equal([secondsInWords(at), parametersInWords(at)], ['8.7', '85,123']);
  at.delete(15);
  assert.is(secondsInWords(at), '');
});

test('shards on disks of their own are merged, pictures and all; what is here already stays', async () => {
  const [merged, ...from] = ['merged', 'disk1', 'disk2'].map((name) => join(root, name));
  for (const [i, other] of from.entries())
    await run({ out: join(other, COMPARISONS_FOLDER), shard: { index: i + 1, count: 2 } });
  const said: string[] = [];
  const merge = () => writeComparisons({ out: merged!, from, say: (line) => said.push(line) });
  assert.ok(merge());
  const out = join(merged!, COMPARISONS_FOLDER);
  const inBoth = (folder: string) =>
    from.flatMap((other) => readdirSync(join(other, COMPARISONS_FOLDER, folder)));
  assert.equal(runFiles(out), inBoth('runs').sort());
  assert.equal(readdirSync(join(out, 'crops')).sort(), [...new Set(inBoth('crops'))].sort());
  const { rows } = JSON.parse(readFileSync(join(out, 'denoising.json'), 'utf8')) as Comparison;
  assert.is(rows.filter(({ psnr }) => psnr !== null).length, 4);
  const file = join(out, 'runs', 'bilateral.set12.s15.json');
  const changed = readFileSync(file, 'utf8').replace(/"seconds": .*,/, '"seconds": 7,');
  writeFileSync(file, changed);
  const foreign = join(from[1]!, COMPARISONS_FOLDER, 'runs');
  writeFileSync(join(foreign, 'bilateral.set12.s50.json'), '{');
  const thief = changed.replaceAll(': 15,', ': 35,').replaceAll('bilateral.set12.s15.', 'truth.');
  writeFileSync(join(foreign, 'bilateral.set12.s35.json'), thief);
  assert.not.ok(merge());
  assert.is(readFileSync(file, 'utf8'), changed);
  assert.match(said.join('\n'), /disk1: 2 runs that were not here\n/);
  assert.match(said.join('\n'), /s35\.json: names pictures of another run; it is left out\n/);
  assert.match(said.join('\n'), /s50\.json: is damaged .*\n.*disk2: 0 runs that were not here\n/);
  // One that is damaged here is kept aside, and that of the disk takes its place.
  writeFileSync(file, '{');
  merge();
  assert.match(
    said.join('\n'),
    /bilateral\.set12\.s15\.json: is damaged .*; it is kept as \S*s15\.damaged\.json\n/,
  );
  const places = [out, ...from.map((other) => join(other, COMPARISONS_FOLDER))].map((folder) =>
    join(folder, 'runs', 'bilateral.set12.s15.json'),
  );
  const [healed, original] = places.filter(existsSync).map((path) => JSON.parse(readFileSync(path, 'utf8')));
  assert.equal(healed, original);
});

test('Tables 4 and 5 by one run: stopped once it goes on, and what both have is made once, also afresh', async () => {
  const out = join(root, 'both');
  for (const set of ['set14-red', 'urban100']) {
    makeFolder(join(data, set));
    for (const { name, image } of IMAGES) writePng(join(data, set, name), image);
  }
  const both = async (given: Partial<ComparisonOptions> = {}) => {
    const said: string[] = [];
    const common = { out, methods: named('bilateral'), levels: [], ...given };
    const finished = await runComparisons([
      optionsOf(said, { sets: ['set12', 'urban100'], ...common }),
      optionsOf(said, { definition: denoising300, sets: ['set14-red', 'urban100'], ...common }),
    ]);
    return { finished, said: said.join('\n') };
  };
  const controller = new AbortController();
  const say = (line: string) => line.startsWith('Table 5: methods') && controller.abort();
  assert.is((await both({ signal: controller.signal, say })).finished, false);
  assert.is(runFiles(out).length, 6);
  const again = await both();
  assert.ok(again.finished);
  // 3 + 3 of Table 4, 3 + 3 of Table 5, of which Urban100 at 50 is in both.
  assert.match(again.said, /^Table 4, Table 5:\n11 runs, 6 of them finished; the others take about /);
  assert.match(again.said, /\nTable 5: methods compared[\s\S]*\nUrban100 /);
  assert.is(runFiles(out).length, 11);
  const fresh: string[] = [];
  await both({
    backend: 'auto',
    fresh: true,
    say(line) {
      fresh.push(line);
      // Images are read before the first table begins, and not again.
      if (line.startsWith('Table 4, ')) rmSync(join(data, 'set14-red'), { recursive: true });
    },
  });
  const said = fresh.join('\n');
  assert.is(said.match(/^backend: /gm)?.length, 1);
  assert.is(said.match(/is kept as/g)?.length, 11);
  assert.match(said, /11 runs, 0 of them finished/);
  assert.match(said, /6 runs, 1 of them finished/);
  assert.is(runFiles(out).filter((name) => /\.s\d+\.json$/.test(name)).length, 11);
});

test('of runs of one method, set and level the table has the one on most images', () => {
  const run = runIn('bilateral.set12.s25.json');
  const on = (images: number): Restoration => ({ ...run, test: { ...run.test, images } });
  for (const runs of [
    [on(5), on(12)],
    [on(12), on(5)],
  ])
    assert.equal(
      assembleComparison(denoising, runs).rows.flatMap(({ images }) => images ?? []),
      [12],
    );
});

test('the first images are a run of their own, which the table calls a part', async () => {
  const { said } = await run({ first: 2, levels: [50], methods: named('bilateral') });
  assert.match(said, /Bilateral filter, Set12 \(2 of 3\), sigma 50/);
  assert.match(said, /\nBilateral filter +.*\d\d\.\d\d, 2 of 3/);
  assert.ok(runFiles().includes('bilateral.set12-first2.s50.json'));
  // Pictures are a run's own: those of the whole set stay.
  const { crops } = runIn('bilateral.set12-first2.s50.json');
  assert.is(crops[0]!.restored, 'crops/bilateral.set12-first2.s50.facade-01.png');
  for (const { restored } of crops) assert.ok(existsSync(join(results, restored)));
});

test('the first images are the same ones for slow methods, which else take every so many', () => {
  const images = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, image: createImage(1, 1) }));
  const dataset = { name: 'urban100', source: 'folder', images, hash: '' } as const;
  const taken = (given: Parameters<typeof partOf>[1]) => {
    const { part, dataset: taken } = partOf({ set: SETS.urban100, dataset, of: images.length }, given);
    return [part, taken.images.map(({ name }) => name).join('')];
  };
  assert.equal(taken({ every: 2 }), ['every2', 'ace']);
  assert.equal(taken({ first: 2, every: 2 }), ['first2', 'ab']);
  assert.equal(taken({ first: 5, every: 2 }), [undefined, 'abcde']);
});

test('multi-view testing is a row of its own', async () => {
  const methods = named('ffdnet').map(inAllViews);
  const { said } = await run({ methods, levels: [25] });
  assert.match(said, /\nFFDNet, multi-view +/);
  const [all, one] = ['ffdnet-mv.set12.s25.json', 'ffdnet.set12.s25.json'].map(runIn) as [
    Restoration,
    Restoration,
  ];
  // A network that treats all directions alike: but for the noise that float32 rounds.
  assert.ok(Math.abs(all.mean.restored.psnr - one.mean.restored.psnr) < 0.01);
});

test('weights that are not there, of other levels, or of another network are said', async () => {
  const { said } = await run({ methods: named('dncnn', 'ffdnet', 'red'), levels: [25, 50] });
  assert.match(said, /left out: DnCNN-S: no weights for sigma 50 .*; there are those for sigma 25\n/);
  assert.match(said, /left out: FFDNet: not trained for sigma 50, but for sigma 0 to 40/);
  assert.match(said, /left out: RED: paper only/);
  const wrong = join(root, 'wrong');
  makeFolder(wrong);
  writeSafetensors(join(wrong, 'ffdnet-gray.safetensors'), stack(1, 1), { sigma: '0-75' });
  const refused = await run({ weights: wrong }).catch(({ message }) => message);
  assert.match(refused, /ffdnet-gray\.safetensors: holds a network "dncnn", and FFDNet is a "ffdnet"/);
});

test('networks that are trained here at a reduced scale say which, beside those that only the paper has', async () => {
  const { said } = await run({ methods: named('red-small', 'memnet-small'), levels: [25, 50] });
  assert.match(
    said,
    /left out: RED, 10 layers of 32, trained here: not trained for sigma 25, but for sigma 30 to 70/,
  );
  const [red, memnet] = ['red-small.set12.s50.json', 'memnet-small.set12.s50.json'].map(runIn) as [
    Restoration,
    Restoration,
  ];
  // RED: 2 layers of 288, 8 of 9216 filters' numbers and 289 biases
  assert.equal([red.parameters, memnet.parameters], [2 * 288 + 8 * 9216 + 289, 73_862]);
  for (const { mean } of [red, memnet]) assert.ok(mean.restored.psnr > mean.noisy!.psnr + GAIN);
});

test('colour images are made grey, and it is said; missing sets and small images, too', async () => {
  const colours = join(root, 'colours');
  makeFolder(join(colours, 'set12'));
  writePng(join(colours, 'set12', 'a.png'), createImage(16, 16, 3));
  const out = join(root, 'grey');
  const methods = named('bilateral');
  const { said } = await run({ folders: { data: [colours] }, out, methods, sets: ['set12', 'bsd68'] });
  assert.match(said, /set12: 1 of 1 images are in colour; they are made grey/);
  assert.match(said, /BSD68: left out, no folder bsd68 in .*; "pnpm data fetch bsd68"/);
  const without = { out: join(root, 'without'), methods };
  const lacking = await run({ ...without, folders: { data: ['nowhere'] }, sets: ['set12', 'bsd68'] }).catch(
    ({ message }) => message,
  );
  assert.is(
    lacking,
    'no folder set12, bsd68 in nowhere; "pnpm data fetch set12", "pnpm data fetch bsd68", or name the folder that has them by --data',
  );
  assert.not.ok(existsSync(without.out));
  writePng(join(colours, 'set12', 'b.png'), createImage(16, 9));
  const refused = await run({ folders: { data: [colours] }, out, methods }).catch(({ message }) => message);
  assert.match(refused, /set12\/b\.png: 16 x 9 pixels are too few/);
});

test('files are as their schemas say', () => {
  assert.ok(writeComparisons({ out: join(root, 'results'), from: [], say() {} }));
  assertValid('comparison.schema.json', join(results, 'denoising.json'));
  assertValid('networks.schema.json', join(results, 'networks.json'));
  assertValid('restoration.schema.json', join(results, 'runs', 'ffdnet.set12.s25.json'));
});

test('Table 3 has the paper’s depth and sharing from the graphs', () => {
  const { rows } = networkTable(readRestorations(results, () => {}));
  for (const { network, depth, sharing, paper } of rows.filter(({ paper }) => paper !== null))
    assert.equal([depth, sharing], [paper!.depth, paper!.sharing], network);
  assert.match(
    formatNetworkTable(networkTable([])),
    /RED30, 300 images, multi-view +30 \(30\) .*4,131,072 \(4131k\)/,
  );
});

test('without any run the table has the paper’s figures', () => {
  const text = formatComparison(assembleComparison(denoising, []));
  assert.match(text, /^Set12 .*\nBM3D +\(32\.37\) +\(29\.97\) +\(26\.72\)/);
  assert.match(text, /\nNLNet +\(31\.52\) +\(29\.03\) +\(26\.07\)/);
});

test.run();
