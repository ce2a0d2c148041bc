// Slow: looks inside a network by the reference backend.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, WEIGHTS } from '@nlrn/cli';
import { assertRefused } from '@nlrn/cli/test';
import { generatedDataset, greyImage, mapPixels } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { correlationsIn, createNlrn, PAPER_CONFIG } from '@nlrn/nlrn';
import { weightsOfSeed } from '@nlrn/nn';
import { input, namedTensors, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { likenessOf, mostVaried } from '../correlationMaps/likeness.ts';
import { mapsPage } from '../correlationMaps/page.ts';
import { correlationMapsSchema, formatMapsCsv } from '../correlationMaps/results.ts';
import { picturesOf, sheetOf } from '../correlationMaps/sheet.ts';
import { inImage, inPart, look, meanShares, partsOf } from '../correlationMaps/study.ts';
import { expCli } from '../expCli.ts';
import { readJson } from '../lib/jsonFiles.ts';
import { RESULTS } from '../lib/results.ts';
import { assertValid } from './assertValid.ts';

/** Sums of a few dozen float32 numbers. */
const TOLERANCE = 1e-5;

const [SIZE, Q] = [13, 5];

test('in columns of three kinds those neighbours are alike that stand in columns of the same kind', () => {
  // Columns repeat after three pixels: of a window of five, those of one's own kind are one's own column alone.
  const rows = Array.from({ length: SIZE }, () => Array.from({ length: SIZE }, (_, x) => (x % 3) / 2));
  const { like, isInside, count } = likenessOf(greyImage(rows), Q);
  // A tenth of 24.
  assert.is(count, 2);
  assert.is(isInside.filter(Boolean).length, (SIZE - 8) ** 2);
  const middle = 6 * SIZE + 6;
  const places = [...like.subarray(middle * Q * Q, (middle + 1) * Q * Q)].flatMap((value, k) =>
    value ? k : [],
  );
  // Of four equals in the column (places 2, 7, 17, 22) the first two.
  assert.equal(places, [2, 7]);
});

test('the pixel that varies most is the only one whose patch has both of two bright pixels', () => {
  const isBright = (x: number, y: number) => (x === 5 && y === 3) || (x === 9 && y === 7);
  const rows = Array.from({ length: SIZE }, (_, y) =>
    Array.from({ length: SIZE }, (_, x) => Number(isBright(x, y))),
  );
  const image = greyImage(rows);
  assert.is(mostVaried(image, likenessOf(image, Q)), 5 * SIZE + 7);
  assert.is(mostVaried(greyImage([[0, 1]]), likenessOf(greyImage([[0, 1]]), Q)), undefined);
});

const config = { ...PAPER_CONFIG, channels: 4, embedding: 3, states: 3, neighborhood: Q };
const network = createNlrn(config, weightsOfSeed(3));
const [part] = partsOf(generatedDataset('correlation maps', { count: 1, size: SIZE }));
const likeness = likenessOf(part!.image, Q);

test('weights and shares are those of the softmax of S^t', async () => {
  const backend = referenceBackend();
  const pixel = { x: 5, y: 7 };
  const { states, noisy } = await look(part!, pixel, { network, likeness, sigma: 25, backend });
  assert.equal(
    states.map(({ state }) => state),
    [1, 2, 3],
  );
  const x = input('x', [1, SIZE, SIZE, 1]);
  const { output } = network.forward(x, 'infer');
  const S = namedTensors([output]).get('S^3')!;
  assert.is(correlationsIn(output)[2]!.S, S);
  const { logits } = await backend.compile({ outputs: { logits: S } }).run({ x: noisy.data });
  const { like, isInside } = likenessOf(part!.image, Q);
  const weightsOf = (i: number) => {
    const e = [...logits!.slice(i * Q * Q, (i + 1) * Q * Q)].map(Math.exp);
    const total = e.reduce((a, b) => a + b);
    return e.map((value) => value / total);
  };
  const wanted = weightsOf(pixel.y * SIZE + pixel.x);
  for (const [k, weight] of states[2]!.weights.entries())
    assert.ok(Math.abs(weight - wanted[k]!) < TOLERANCE);
  const shares = isInside.flatMap((inside, i) => {
    if (!inside) return [];
    const weights = weightsOf(i);
    const alike = weights.filter((_, k) => like[i * Q * Q + k] === 1).reduce((a, b) => a + b);
    return alike / (1 - weights[(Q * Q - 1) / 2]!);
  });
  const mean = shares.reduce((a, b) => a + b) / shares.length;
  assert.ok(Math.abs(states[2]!.share - mean) < TOLERANCE, `${states[2]!.share}, not ${mean}`);
});

test('of other noise than it was trained for a network sees what it sees when it restores', async () => {
  const pixel = { x: 5, y: 7 };
  const trained = { low: 25, high: 25 };
  const options = { network, likeness, sigma: 50, backend: referenceBackend() };
  const { states } = await look(part!, pixel, { ...options, trained });
  // Half the contrast about middle grey, 0.45.
  const half = { ...part!, image: mapPixels(part!.image, (value) => 0.225 + value / 2) };
  const wanted = await look(half, pixel, { ...options, sigma: 25 });
  for (const [k, weight] of states[2]!.weights.entries())
    assert.ok(Math.abs(weight - wanted.states[2]!.weights[k]!) < TOLERANCE);
  const asItIs = await look(part!, pixel, options);
  assert.not.equal(states, asItIs.states);
});

test('a pixel that looks at nothing but itself has a share all the same', async () => {
  const sharp = createNlrn(config, weightsOfSeed(3));
  for (const { name, initial } of sharp.params) {
    if (!/theta\.weight|psi\.weight/.test(name)) continue;
    for (let i = 0; i < initial.length; i++) (initial as Float32Array)[i]! *= 1000;
  }
  const backend = referenceBackend();
  const looked = await Promise.all(
    [5, 6, 7].map((x) => look(part!, { x, y: 6 }, { network: sharp, likeness, sigma: 25, backend })),
  );
  const largest = looked.map(({ states }) => Math.max(...states[2]!.weights));
  assert.is(Math.max(...largest), 1);
  for (const { share } of looked[0]!.states) assert.ok(share >= 0 && share <= 1, `${share}`);
});

test('the mean over images is state by state', () => {
  const states = (...shares: number[]) => shares.map((share, i) => ({ state: i + 1, share, weights: [] }));
  const looked = { part: part!, pixel: { x: 0, y: 0 }, noisy: part!.image };
  const means = meanShares([
    { ...looked, states: states(0.25, 0.5) },
    { ...looked, states: states(0.75, 1) },
  ]);
  assert.equal(means, [
    { state: 1, share: 0.5 },
    { state: 2, share: 0.75 },
  ]);
});

test('a picture of weights is brightest at the largest, and the true one has its pixel marked', () => {
  const map = Array.from({ length: Q * Q }, (_, k) => (k === 3 ? 4 : k === 0 ? 1 : 0));
  const pictures = picturesOf({ noisy: part!.image, truth: part!.image, pixel: { x: 6, y: 6 }, maps: [map] });
  const [, truth, weights] = pictures;
  const at = (picture: typeof truth, x: number, y: number) => {
    const cell = picture!.width / Q;
    return [
      ...picture!.data.subarray(3 * ((y + 0.5) * cell * picture!.width + (x + 0.5) * cell)).slice(0, 3),
    ];
  };
  assert.equal(at(weights, 3, 0), [1, 1, 1]);
  // The square root of a quarter.
  assert.equal(at(weights, 0, 0), [0.5, 0.5, 0.5]);
  assert.equal(at(weights, 1, 1), [0, 0, 0]);
  assert.equal(at(truth, 2, 2), [1, 0.2, 0.1].map(Math.fround));
  const sheet = sheetOf([pictures, pictures.slice(0, 2)]);
  assert.equal([sheet.width, sheet.height], [3 * 128 + 8, 2 * 128 + 8]);
});

test('of a large image the middle is looked at, and its pixels have their places in the image', () => {
  const dataset = generatedDataset('correlation maps', { count: 1, size: 171 });
  const [middle] = partsOf(dataset);
  assert.equal(middle!.corner, { x: 5, y: 5 });
  const [pixel, place] = [
    { x: 30, y: 70 },
    { x: 35, y: 75 },
  ];
  assert.equal(inImage(pixel, middle!), place);
  assert.equal(inPart(place, middle!), pixel);
  assert.is(middle!.image.data[70 * 160 + 30], dataset.images[0]!.image.data[75 * 171 + 35]);
});

test('the table of the page has a heading for every state, and nothing where a network has fewer', () => {
  const network = { weights: '', neighborhood: 3, propagation: true, byImage: [] };
  const share = (state: number) => ({ state, share: 0.125 });
  const page = mapsPage(
    {
      sigma: 25,
      images: { name: 'x', source: 'folder', images: 1, hash: '' },
      like: 0.1,
      networks: [
        { ...network, name: 'one', states: 1, shares: [share(1)] },
        { ...network, name: 'two', states: 2, shares: [share(1), share(2)] },
      ],
      environment: { command: '', ...describeMachine(), backend: '' },
    },
    [],
  );
  const textOf = (row: string) => [...row.matchAll(/<t[hd] [^>]*>([^<]*)</g)].map(([, text]) => text);
  const rows = [...page.matchAll(/<tr role="row">.*?<\/tr>/gs)].map(([row]) => textOf(row));
  assert.equal(rows, [
    ['network', 'propagation', 'state 1', 'state 2'],
    ['one', 'yes', '12.5 %', ''],
    ['two', 'yes', '12.5 %', '12.5 %'],
  ]);
});

test('the CSV has a line a network and state, whatever the network is called', () => {
  const network = { weights: '', states: 1, neighborhood: 3, propagation: true, byImage: [] };
  const shares = [{ state: 1, share: 0.25 }];
  assert.is(
    formatMapsCsv({ networks: ['s25', 'a"b,c'].map((name) => ({ ...network, name, shares })) }),
    'network,propagation,state,share\ns25,true,1,0.25\n"a""b,c",true,1,0.25\n',
  );
});

test('what cannot be looked at is refused before anything is computed', async () => {
  await assertRefused(
    expCli,
    'correlation-maps --at 40',
    /^--at 40: two whole numbers are wanted, such as 40,52/,
  );
  await assertRefused(expCli, 'correlation-maps --sigma -1', /^--sigma -1: needs to be >=0$/);
  await assertRefused(expCli, 'correlation-maps --sigma 300', /^--sigma 300: needs to be <=255$/);
  await assertRefused(
    expCli,
    `correlation-maps --weights ${join(WEIGHTS, 'nlrn-sr.safetensors')}`,
    /nlrn-sr\.safetensors: were trained to enlarge pictures; use "pnpm nlrn upscale", or other weights$/,
  );
  await assertRefused(expCli, 'correlation-maps --weights no.safetensors', /no\.safetensors: no such file/);
  await assertRefused(
    expCli,
    'correlation-maps --weights a/w.safetensors,b/w.safetensors',
    /^--weights \S*a\Ww\.safetensors,\S*b\Ww\.safetensors: two files are called w; rename one, or give it alone$/,
  );
  const folder = join(temporaryFolder(), 'generated');
  makeFolder(folder);
  writePng(join(folder, 'a.png'), part!.image);
  await assertRefused(
    expCli,
    `correlation-maps --on ${folder}`,
    /^--on \S+generated: the results on generated images are in a folder of this name; rename the folder$/,
  );
});

test('the results in the repository are of that form, with the pictures beside them', () => {
  const folder = join(RESULTS, 'correlation-maps/generated');
  const maps = readJson(join(folder, 'correlation-maps.json'), correlationMapsSchema);
  if (typeof maps === 'string') throw new Error(maps);
  assert.is(readFileSync(join(folder, 'correlation-maps.csv'), 'utf8'), formatMapsCsv(maps));
  for (const images of ['generated', 'set12'])
    assertValid(
      'correlation-maps.schema.json',
      join(RESULTS, 'correlation-maps', images, 'correlation-maps.json'),
    );
  for (const { name, states, shares } of maps.networks) {
    assert.is(shares.length, states);
    assert.ok(readPng(join(folder, `maps.${name}.png`)).width > 0);
    assert.ok(existsSync(join(folder, `maps.${name}.svg`)));
    assert.ok(readFileSync(join(folder, 'index.html'), 'utf8').includes(name));
  }
});

test.run();
