// Slow: draws many plots.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateImage } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readJson } from '../lib/jsonFiles.ts';
import { type Results, type Run, resultsSchema } from '../lib/results.ts';
import { readRuns, runFile, writeRun } from '../lib/runFiles.ts';
import { cropsSection } from '../report/cropsSection.ts';
import { writeReport } from '../report/writeReport.ts';
import { MADE_UP_EXPERIMENT, MADE_UP_SCALE, MADE_UP_TABLE, madeUpRun } from './madeUp.ts';

const root = temporaryFolder();

/** The full model and a row that is lower by 0.5 ± little, three seeds each. */
const RUNS: readonly Run[] = [1, 2, 3].flatMap((seed) => [
  madeUpRun('full', seed, [29 + 0.01 * seed, 30]),
  madeUpRun('gaussian', seed, [28.5 + 0.012 * seed, 29.49]),
]);

function folderOf(name: string, runs: readonly Run[]): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'quick', 'runs'), { recursive: true });
  for (const run of runs) writeRun(join(folder, 'quick'), run);
  return folder;
}

function report(out: string, from: readonly string[] = []) {
  const said: string[] = [];
  const isWhole = writeReport({
    experiments: [MADE_UP_EXPERIMENT],
    scale: MADE_UP_SCALE,
    out,
    from,
    say: (line) => said.push(line),
  });
  return { isWhole, said: said.join('\n') };
}

function resultsIn(out: string): Results {
  const results = readJson(join(out, 'quick', 'made-up.json'), resultsSchema);
  return typeof results === 'string' ? (assert.unreachable(results) as never) : results;
}

const pageText = (out: string) => readFileSync(join(out, 'quick', 'index.html'), 'utf8');
const pageOf = (out: string) => parseHTML(pageText(out)).document;

/** The cells of the row of that name in the table's section. */
function cellsOf(out: string, label: string): string[] {
  const rows = [...pageOf(out).querySelectorAll('#made-up tbody tr')];
  const row = rows.find((row) => row.querySelector('th')!.textContent === label)!;
  return [...row.querySelectorAll('td')].map(({ textContent }) => textContent.replace(/\s+/g, ' '));
}

test('the page says where Figure 4 is, of images that have a page of it', () => {
  const out = folderOf('maps', RUNS);
  for (const images of ['generated', 'my#set', 'set12'])
    mkdirSync(join(out, 'correlation-maps', images), { recursive: true });
  report(out);
  assert.is(pageOf(out).querySelector('#correlation-maps'), null);
  for (const images of ['generated', 'my#set'])
    writeFileSync(join(out, 'correlation-maps', images, 'index.html'), '');
  report(out);
  const links = [...pageOf(out).querySelectorAll('#correlation-maps a')].map(
    (link) => link.getAttribute('href')!,
  );
  assert.equal(links, [
    '../correlation-maps/generated/index.html',
    '../correlation-maps/my%23set/index.html',
  ]);
  for (const link of links) assert.ok(existsSync(join(out, 'quick', decodeURIComponent(link))));
});

test('runs become a table, a plot and a page; what is missing is shown as missing', () => {
  const out = folderOf('whole', RUNS);
  const { isWhole, said } = report(out);
  assert.ok(isWhole);
  assert.match(said, /\n6 runs, 1 row missing$/);
  assert.equal(readdirSync(join(out, 'quick')).sort(), [
    'index.html',
    'made-up.csv',
    'made-up.json',
    'made-up.svg',
    'runs',
  ]);
  assert.equal(
    resultsIn(out).rows.map(({ verdict }) => verdict),
    ['agrees', 'missing', 'full model'],
  );
  const gaussian = cellsOf(out, 'Gaussian');
  assert.match(gaussian[2]!, /^−0\.5\d \[−0\.\d\d, −0\.\d\d\]$/);
  assert.equal([gaussian[0], gaussian.at(-2), gaussian.at(-1)], ['29.01', '30.50, −0.30', '✓ agrees']);
  assert.equal(cellsOf(out, 'Never run'), ['missing', '', '', '', '', '30.60, −0.20', '– missing']);
});

test('what changes bring beside what they cost: only where runs say it', () => {
  const costs = (name: string, runs: readonly Run[]) => {
    const out = folderOf(name, runs);
    report(out);
    return [...pageOf(out).querySelectorAll('#cost tbody tr')].map(({ textContent }) => textContent);
  };
  assert.equal(costs('old', RUNS), []);
  const testing = { coreSeconds: 30, megapixels: 2 };
  // 20 minutes and 30 s, of which the test takes 30 s.
  const timed = RUNS.map((run): Run => ({ ...run, coreSeconds: 1230, testing }));
  assert.equal(costs('timed', timed), ['Gaussian−0.505,71520.015.0', 'Full model+0.005,71520.015.0']);
});

test('trainings that fell back are counted and named, with how far and by which step', () => {
  const out = folderOf('falls', RUNS);
  report(out);
  assert.not.match(pageText(out), /fell back/);
  const runs = [...RUNS.slice(0, -1), madeUpRun('gaussian', 3, [28.2, 29.49])];
  const fallen = runs.map((run): Run => {
    const lossCurve = [0.01, 0.04, 0.005].map((loss, i) => ({ step: 200 * (i + 1), loss }));
    return run.id !== 'full' && run.seed > 1 ? { ...run, lossCurve } : run;
  });
  const other = folderOf('fallen', fallen);
  report(other);
  const page = pageOf(other);
  const glance = page.querySelector('#glance')!.textContent!;
  assert.match(glance, /2 of 6 trainings fell back by 1 dB or more/);
  // 28.845 dB beside the mean of 29.001 and 29.007.
  assert.match(glance, /Farthest below its network’s other seeds is Gaussian, seed 3: −0\.16 dB\./);
  const rows = [...page.querySelectorAll('#training tbody tr')].map(({ textContent }) => textContent);
  assert.equal(rows, [
    'Gaussian2 of 3seed 2: 6.0 dB at step 400 (+0.08); seed 3: 6.0 dB at step 400 (−0.16)',
  ]);
});

test('the same runs make the same files', () => {
  const [one, two] = ['one', 'two'].map((name) => folderOf(name, RUNS));
  report(one!);
  report(two!);
  report(two!);
  for (const name of ['index.html', 'made-up.json', 'made-up.csv', 'made-up.svg']) {
    const [first, second] = [one!, two!].map((out) => readFileSync(join(out, 'quick', name), 'utf8'));
    assert.ok(first === second, name);
  }
});

test('a page says scale, seeds, core-hours, machine, command, commit and hash', () => {
  const out = folderOf('facts', RUNS);
  report(out);
  const text = pageOf(out).querySelector('body')!.textContent.replace(/\s+/g, ' ');
  for (const fact of [
    'About 1/4,100 of the paper’s training',
    '6 runs, seeds 1, 2, 3; 2.0 core-hours in all',
    'All rows beside the paper: ✓ 1 agrees, – 1 missing',
    'Beside the paper: ✓ 1 agrees, – 1 missing',
    'A <processor>, 2 cores, 24 GB; linux x64; Node v26.0.0; wasm (2 threads)',
    'pnpm exp made-up --preset quick',
    'a'.repeat(40),
    RUNS[0]!.train.hash,
    'pnpm exp made-up --preset quick --train DIR/train400 --test DIR/set12 --only never,full --keep-old',
  ]) {
    assert.ok(text.includes(fact), fact);
  }
});

test('that runs are by different sources of the model is said, and the page has all of them', () => {
  const sources = { model: 'a'.repeat(64), engine: 'b'.repeat(64) };
  const same = folderOf(
    'same sources',
    RUNS.map((run) => ({ ...run, sources })),
  );
  assert.not.match(report(same).said, /different sources/);
  const mixed = folderOf(
    'mixed sources',
    RUNS.map((run) => (run.id === 'full' ? run : { ...run, sources })),
  );
  const { isWhole, said } = report(mixed);
  assert.ok(isWhole);
  assert.match(
    said,
    /quick: runs by different sources of the model are compared: not named \(3 runs\), aaaaaaaaaaaa \(3 runs\)\n/,
  );
  const origin = pageOf(mixed).querySelector('#origin')!.textContent!;
  assert.match(origin, /Sources of the model\s+not named: 3 runs\s*aaaaaaaaaaaa: 3 runs/);
});

test('damaged files, and runs of other images or another configuration, are named and left out', () => {
  const other = madeUpRun('full', 9, [31, 31]);
  const out = folderOf('damaged', [
    ...RUNS,
    { ...other, config: { ...other.config, steps: 7 } },
    {
      ...other,
      seed: 8,
      config: { ...other.config, seed: 8 },
      test: { ...other.test, hash: 'ff' },
      finished: '2017',
    },
  ]);
  writeFileSync(join(out, 'quick', 'runs', 'full.seed5.json'), '{"id": "fu');
  writeFileSync(join(out, 'quick', 'runs', 'full.seed6.json'), '{"id": "<b>"}');
  const { isWhole, said } = report(out);
  assert.not.ok(isWhole);
  assert.match(said, /full\.seed5\.json: is damaged \(.*JSON.*\); it is left out/);
  assert.match(said, /full\.seed6\.json: is not a results file \(/);
  for (const seed of [8, 9]) {
    assert.match(said, new RegExp(`full\\.seed${seed}\\.json: is of other images or another configuration`));
  }
  assert.match(
    said,
    /quick: has 7 runs trained on (\S+ .*), tested on .* \(\w+\), 1 run trained on \1, tested on .* \(ff\); tables and page are of those trained on \1, tested on .*, the last\n/,
  );
  const faults = [...pageOf(out).querySelectorAll('#faults li')].map(({ textContent }) => textContent);
  assert.is(faults.length, 4);
  assert.ok(faults.every((fault) => fault.startsWith('quick/runs/full.seed')));
  assert.equal(resultsIn(out).rows.at(-1)!.seeds, [1, 2, 3]);
  // The rest is as without them.
  const whole = folderOf('undamaged', RUNS);
  report(whole);
  assert.equal(resultsIn(out), resultsIn(whole));
});

/** Puts a run, as it is, into a file of that name. */
function place(folder: string, name: string, run: object): void {
  writeFileSync(join(folder, 'quick', 'runs', name), JSON.stringify(run));
}

/** The names of all files and folders below. */
const everythingIn = (folder: string) => readdirSync(folder, { recursive: true }).toSorted();

test('the full model tested on fewer images, and a run under another’s name, are named; the rest is as without', () => {
  const out = folderOf('contradictions', RUNS);
  const four = madeUpRun('full', 4, [29, 30]);
  place(out, 'full.seed4.json', { ...four, images: four.images.slice(1) });
  place(out, 'gaussian.seed4.json', RUNS[0]!);
  place(out, 'full.seed5.json', RUNS[0]!);
  const { isWhole, said } = report(out);
  assert.not.ok(isWhole);
  assert.match(said, /full\.seed4\.json: has results of 1 of 2 test images; it is left out/);
  assert.match(
    said,
    /full\.seed5\.json: does not fit its name: in it is the run full\.seed1; it is left out/,
  );
  assert.match(said, /gaussian\.seed4\.json: does not fit its name/);
  assert.is(pageOf(out).querySelectorAll('#faults li').length, 3);
  const whole = folderOf('consistent', RUNS);
  report(whole);
  assert.equal(resultsIn(out), resultsIn(whole));
});

test('a full model on fewer images alone: its rows are missing, the page is there', () => {
  const out = folderOf('fewer', RUNS.slice(1, 2));
  place(out, 'full.seed1.json', { ...RUNS[0]!, images: RUNS[0]!.images.slice(1) });
  assert.not.ok(report(out).isWhole);
  assert.equal(
    resultsIn(out).rows.map(({ psnr }) => psnr !== null),
    [true, false, false],
  );
});

test('a run whose id leads elsewhere is named, and nothing is written outside', () => {
  const there = folderOf('outer/evil', []);
  for (const [i, id] of ['../../../escaped', '..', '/tmp/escaped', 'a/b', 'a\\b', ''].entries()) {
    place(there, `x.seed${i}.json`, { ...RUNS[0]!, id });
    place(there, `y.seed${i}.json`, { ...RUNS[0]!, preset: id });
  }
  const before = everythingIn(root);
  const { said } = report(join(root, 'outer', 'in', 'out'), [there]);
  assert.is(said.match(/id: must be of letters/g)!.length, 6);
  assert.is(said.match(/preset: must be of letters/g)!.length, 6);
  const outside = everythingIn(root).filter((name) => !String(name).startsWith(join('outer', 'in')));
  assert.equal(outside, before);
});

test('a picture that is a link is not copied', () => {
  const there = folderOf('linked', []);
  const run = withPictures(there, RUNS[0]!);
  writeRun(join(there, 'quick'), run);
  const { restored } = run.crops[0]!;
  writeFileSync(join(root, 'secret.txt'), 'secret');
  rmSync(join(there, 'quick', restored));
  symlinkSync(join(root, 'secret.txt'), join(there, 'quick', restored));
  const out = folderOf('unlinked', []);
  report(out, [there]);
  assert.ok(existsSync(runFile(join(out, 'quick'), run)));
  assert.not.ok(existsSync(join(out, 'quick', restored)));
});

test('only damaged files: the page is there, everything in it is missing', () => {
  const out = folderOf('nothing', []);
  writeFileSync(join(out, 'quick', 'runs', 'full.seed1.json'), '');
  assert.not.ok(report(out).isWhole);
  assert.equal(
    resultsIn(out).rows.map(({ verdict }) => verdict),
    ['missing', 'missing', 'missing'],
  );
  assert.is(pageOf(out).querySelectorAll('#training, #origin, #pictures').length, 0);
});

/** A run with pictures in its folder. */
function withPictures(out: string, run: Run): Run {
  mkdirSync(join(out, 'quick', 'crops'), { recursive: true });
  const picture = (name: string) => {
    writePng(join(out, 'quick', 'crops', name), generateImage('leaves', { width: 8, height: 8, seed: name }));
    return `crops/${name}`;
  };
  const [noisy, truth] = [picture('noisy.a.png'), picture('truth.a.png')];
  return {
    ...run,
    crops: [{ image: 'a.png', noisy, restored: picture(`${run.id}.seed${run.seed}.a.png`), truth }],
  };
}

test('the runs of several folders are merged; what is here already stays, pictures come along', () => {
  const [first, ...others] = RUNS;
  const here = folderOf('here', [first!]);
  const there = folderOf('there', []);
  for (const run of others) writeRun(join(there, 'quick'), withPictures(there, run));
  writeRun(join(there, 'quick'), { ...first!, parameters: 1 });
  writeFileSync(join(there, 'quick', 'runs', 'full.seed7.json'), '[]');
  const { isWhole, said } = report(here, [there]);
  assert.not.ok(isWhole);
  assert.match(said, /there: 5 runs that were not here/);
  assert.match(pageText(here), /quick\/runs\/full\.seed7\.json: is not a results file/);
  assert.not.ok(pageText(here).includes(root));
  assert.is(resultsIn(here).rows.at(-1)!.parameters, first!.parameters);
  rmSync(there, { recursive: true });
  assert.ok(report(here).isWhole);
  const whole = folderOf('single', RUNS);
  report(whole);
  assert.equal(resultsIn(here), resultsIn(whole));
  const pictures = [...pageOf(here).querySelectorAll('#pictures img')];
  // True, noisy, and the first seed of a network that has pictures, with its error: the full model's has none.
  assert.is(pictures.length, 4);
  assert.ok(pictures.every((picture) => /^data:image\/png;base64,/.test(picture.getAttribute('src')!)));
  assert.match(pictures[1]!.getAttribute('alt')!, /^a\.png, Noisy, \d+\.\d\d dB$/);
});

test('a damaged run is replaced by that of another folder, and kept aside', () => {
  const there = folderOf('sound', RUNS);
  const here = folderOf('unsound', RUNS.slice(1));
  const path = runFile(join(here, 'quick'), RUNS[0]!);
  writeFileSync(path, '{"id": "fu');
  const { isWhole, said } = report(here, [there]);
  assert.ok(isWhole);
  assert.match(said, /full\.seed1\.json: is damaged \(.*\); it is kept as \S*full\.seed1\.damaged\.json\n/);
  assert.match(said, /sound: 1 run that was not here\n/);
  assert.is(readFileSync(join(here, 'quick', 'runs', 'full.seed1.damaged.json'), 'utf8'), '{"id": "fu');
  report(there);
  assert.equal(resultsIn(here), resultsIn(there));
  assert.not.match(report(here, [there]).said, /kept as/);
});

test('a restored picture that a run has left behind is not taken for that of a run that comes along', () => {
  const there = folderOf('owner', []);
  const run = withPictures(there, RUNS[0]!);
  writeRun(join(there, 'quick'), run);
  const here = folderOf('left-behind', []);
  withPictures(here, RUNS[0]!);
  const [{ restored, truth }] = run.crops as [Run['crops'][number]];
  for (const path of [restored, truth]) writeFileSync(join(here, 'quick', path), 'foreign');
  report(here, [there]);
  const read = (folder: string, path: string) => readFileSync(join(folder, 'quick', path));
  assert.equal(read(here, restored), read(there, restored));
  assert.is(read(here, truth).toString(), 'foreign', 'other runs have it, too');
});

test('of many networks the worst, the full model and the best are shown, with their errors', () => {
  const out = folderOf('telling', []);
  const truth = generateImage('leaves', { width: 8, height: 8, seed: 'truth' });
  mkdirSync(join(out, 'quick', 'crops'), { recursive: true });
  const write = (name: string, shift: number) => {
    const path = `crops/${name}.a.png`;
    writePng(join(out, 'quick', path), { ...truth, data: truth.data.map((value) => 0.5 * value + shift) });
    return path;
  };
  const shared = { image: 'a.png', noisy: write('noisy', 0.5), truth: write('truth', 0) };
  // Full 0.1 away from the true one, the others 0.3, 0.05 and 0.2.
  const shifts = [0.1, 0.3, 0.05, 0.2];
  const networks = ['full', 'a', 'b', 'c'].map((id, i) => {
    const restored = write(`${id}.seed1`, shifts[i]!);
    return { ...RUNS[0]!, id, crops: [{ ...shared, restored }] };
  });
  const rows = networks.map(({ id }) => ({ ...MADE_UP_TABLE.rows[0]!, id, label: `network ${id}` }));
  const read = (path: string) => ({ image: readPng(join(out, 'quick', path)), address: path });
  const section = cropsSection([{ ...MADE_UP_TABLE, rows }], networks, read)!;
  const { document } = parseHTML(`<html><body>${section.text}</body></html>`);
  const captions = [...document.querySelectorAll('figcaption')].map(({ textContent }) => textContent);
  assert.equal(
    captions.map((caption) => caption.replace(/, .*/, '')),
    ['True', 'Noisy', 'network a', 'Full model', 'network b'],
  );
  assert.match(captions[3]!, /^Full model, (19.9|20.0)\d dB$/);
  const errors = [...document.querySelectorAll('img[alt*="error"]')];
  assert.is(errors.length, 3);
  // 1/2 + 3 x 0.1 everywhere
  const address = errors[1]!.getAttribute('src')!;
  writeFileSync(join(out, 'error.png'), Buffer.from(address.split(',')[1]!, 'base64'));
  const error = readPng(join(out, 'error.png'));
  assert.ok(error.data.every((value) => Math.abs(value - 0.8) <= ROUNDED_TWICE));
});

test('of seeds 2 to 10 the pictures are those of seed 2, though the name of seed 10 comes first', () => {
  const out = folderOf('seeds', []);
  const runs = [2, 10].map((seed) =>
    withPictures(out, { ...RUNS[0]!, seed, config: { ...RUNS[0]!.config, seed } }),
  );
  for (const run of runs) writeRun(join(out, 'quick'), run);
  const seen: string[] = [];
  cropsSection([MADE_UP_TABLE], readRuns(join(out, 'quick'), assert.unreachable), (path) => {
    seen.push(path);
    return null;
  });
  assert.equal(seen, ['crops/truth.a.png', 'crops/noisy.a.png', 'crops/full.seed2.a.png']);
});

/** Two pictures of 8 bits, three times their difference, and 8 bits again. */
const ROUNDED_TWICE = (3 * 1 + 0.5) / 255;

test('a picture that is missing or damaged is said to be; one elsewhere makes the run a damaged file', () => {
  const out = folderOf('pictures', []);
  for (const run of RUNS) writeRun(join(out, 'quick'), withPictures(out, run));
  rmSync(join(out, 'quick', RUNS[0]!.id === 'full' ? 'crops/full.seed1.a.png' : ''));
  writeFileSync(join(out, 'quick', 'crops', 'noisy.a.png'), 'no picture');
  assert.ok(report(out).isWhole);
  const text = pageOf(out).querySelector('#pictures')!.textContent;
  assert.match(text, /The file is missing or damaged: Noisy, Full model\./);
  const run = withPictures(out, RUNS[0]!);
  const elsewhere = { ...run, crops: [{ ...run.crops[0]!, truth: '../../secret.png' }] };
  writeFileSync(runFile(join(out, 'quick'), run), JSON.stringify(elsewhere));
  assert.match(
    report(out).said,
    /full\.seed1\.json: is not a results file \(crops\.0\.truth: must be a PNG file/,
  );
  assert.ok(existsSync(runFile(join(out, 'quick'), run)));
});

test.run();
