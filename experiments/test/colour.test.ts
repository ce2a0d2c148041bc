// Slow: restores images.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bm3d, fromOpponentImages, opponentSigmas, toOpponentImages } from '@nlrn/classic';
import { WEIGHTS } from '@nlrn/cli';
import { assertRefused, inFolder, linesOf } from '@nlrn/cli/test';
import { createImage, generateImage, type Image, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, type NetworkConfig } from '@nlrn/networks';
import { createRestorer, saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expCli } from '../expCli.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'photos'));
const grey = generateImage('leaves', { width: 24, height: 20, seed: 1 });
const data = Float32Array.from({ length: 3 * grey.data.length }, (_, i) =>
  Math.fround(Math.round(255 * (1 - 0.2 * (i % 3)) * grey.data[Math.floor(i / 3)]!) / 255),
);
const image = createImage(24, 20, 3, data);
writePng(join(folder, 'photos', 'a.png'), image);
writePng(join(folder, 'photos', 'grey.png'), grey);

/** A DnCNN of one filter, which takes some of what differs from a pixel's neighbours away. */
const CONFIG: NetworkConfig = { network: 'dncnn', channels: 2, depth: 2 };

test('a table of the ways, of the colour images alone', () =>
  inFolder(folder, async () => {
    const backend = referenceBackend();
    let n = 0;
    const network = createNetwork(CONFIG, () => ((n++ * 7) % 11) / 11);
    await saveWeights(
      join(folder, 'weights.safetensors'),
      { network, config: CONFIG, backend },
      { training: '{"sigma":20}' },
    );
    const lines = await linesOf(
      expCli,
      'colour --on photos --sigmas 20 --weights weights.safetensors --backend reference',
    );
    const [, , name, sigma, weights, ...figures] = lines
      .at(-1)!
      .split(/ *\| */)
      .toSpliced(0, 0, '');
    assert.equal([name, sigma, weights], ['photos (1)', '20', 'weights']);
    const noisy = noisyVersion({ name: 'a.png', image }, 20, 0);
    const decibels = (other: Image) => psnr(image, toUint8Range(other)).toFixed(2);
    const restore = createRestorer(network, backend, { trained: { low: 20, high: 20 } });
    const levels = opponentSigmas(3, 20);
    const channels = toOpponentImages(noisy);
    const opponent: Image[] = [];
    for (const i of [0, 1, 2]) opponent.push(await restore(channels[i]!, { sigma: levels[i]! }));
    const classic = await bm3d(noisy, { sigma: 20, threads: 1 });
    const [, red, blue] = toOpponentImages(classic);
    assert.equal(figures.slice(0, 5), [
      decibels(noisy),
      decibels(await restore(noisy)),
      decibels(fromOpponentImages(opponent)),
      decibels(fromOpponentImages([opponent[0]!, red!, blue!])),
      decibels(classic),
    ]);
    assert.is(new Set(figures.slice(0, 5)).size, 5);
    restore.dispose();
  }));

test('levels that are none are refused', () =>
  inFolder(folder, () =>
    assertRefused(
      expCli,
      'colour --on photos --sigmas 0',
      /^--sigmas 0: needs numbers above 0, 255 at the most$/,
    ),
  ));

test('grey images alone, and weights that enlarge, are refused', () =>
  inFolder(folder, async () => {
    mkdirSync(join(folder, 'greys'));
    writePng(join(folder, 'greys', 'grey.png'), grey);
    await assertRefused(
      expCli,
      'colour --on photos,greys',
      /^--on greys: has no colour image; name a folder of colour PNG images$/,
    );
    await assertRefused(
      expCli,
      `colour --on photos --weights ${join(WEIGHTS, 'nlrn-sr.safetensors')}`,
      /^--weights \S*nlrn-sr\.safetensors: were trained to enlarge pictures; /,
    );
  }));

test.run();
