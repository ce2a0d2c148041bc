// Slow: opens a browser.

/**
 * The page in Firefox, on a host that does not isolate it. On one that does, Firefox 153 now and then hangs for good where a
 * worker starts another while WebDriver BiDi is on, and not without it.
 */
import { generateImage, type Image, noisyVersion } from '@nlrn/data';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askWorker } from '../lib/browser.ts';
import { bundle } from '../lib/bundle.ts';
import { type Served, serve } from '../lib/serve.ts';
import type { StepTaken } from '../page/worker/training.ts';
import { FIREFOX, FirefoxPage } from './firefox.ts';
import { runInFirefox } from './inBrowser.ts';
import { assertNear, inNode, SMALL_MODEL } from './inNode.ts';
import { lossesInNode } from './lossesInNode.ts';

const STEPS = 50;
const RATE = 0.0079;

const noisy = noisyVersion(
  { name: 'grey', image: generateImage('mixed', { width: 72, height: 64, seed: 3 }) },
  25,
  0,
);

const test = suite(`the explorer in ${FIREFOX}`);
let plain: Served;
let page: FirefoxPage;

test.before(async () => {
  plain = await serve(await bundle(), { port: 0, headers: {} });
  page = await FirefoxPage.open();
});

test.after(async () => {
  await page?.close();
  plain?.close();
});

/** Waits until an expression is true. */
async function until(expression: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await page.evaluate<boolean>(expression)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.unreachable(`${expression} has not come true`);
}

test('it restores a generated picture at once', async () => {
  await page.goto(plain.address);
  await until('document.querySelectorAll("#results tbody tr").length === 1');
  assert.is(
    await page.evaluate('document.querySelector("#backend").textContent'),
    'Computed by wasm (1 thread).',
  );
  assert.is(await page.evaluate('document.querySelector("#fault").hidden'), true);
});

test('a picture is restored as in Node', async () => {
  const given = { noisy, method: SMALL_MODEL, sigma: 25 };
  const { restored } = await askWorker<{ restored: Image }>(page, 'restore', given);
  assertNear(restored.data, (await inNode(noisy, 25)).data);
});

test('fifty steps of a training have the losses of Node, to the last bit', async () => {
  await askWorker(page, 'startTraining', { states: 2 });
  const losses: number[] = [];
  for (let i = 0; i < STEPS; i++)
    losses.push((await askWorker<StepTaken>(page, 'trainStep', { rate: RATE, look: false })).loss);
  assert.equal(losses, await lossesInNode({ states: 2, steps: STEPS, rate: RATE }));
});

runInFirefox(test);
