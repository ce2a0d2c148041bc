// Slow: opens a browser, which imitates a graphics card.

/** The page on a graphics card, and what becomes of it when the card is lost. */
import { generateImage, type Image, noisyVersion } from '@nlrn/data';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askWorker, CHROMIUM, launchWithGpu } from '../lib/browser.ts';
import { bundle } from '../lib/bundle.ts';
import { type Served, serve } from '../lib/serve.ts';
import { runInChromium } from './inBrowser.ts';
import { assertNear, inNode, SMALL_MODEL } from './inNode.ts';

/** A graphics card multiplies, adds and exponentiates in its own way. */
const TOLERANCE_GPU = 1e-4;

/**
 * Before the worker's program: Chromium's WebGPU, which imitates a card and says so, says no longer that it does. The device is real, and
 * after so many submissions it is lost.
 */
const cardThatIsLost = (submissions: number) => `
const requestAdapter = GPU.prototype.requestAdapter;
GPU.prototype.requestAdapter = async function (options) {
  const adapter = await requestAdapter.call(this, options);
  const info = { vendor: '', architecture: '', device: 'A card', description: '', isFallbackAdapter: false };
  Object.defineProperty(adapter, 'info', { value: info });
  const requestDevice = adapter.requestDevice.bind(adapter);
  adapter.requestDevice = async (descriptor) => {
    const device = await requestDevice(descriptor);
    const submit = device.queue.submit.bind(device.queue);
    let left = ${submissions};
    device.queue.submit = (commands) => {
      submit(commands);
      if (--left === 0) device.destroy();
    };
    return device;
  };
  return adapter;
};
`;

const test = suite(`a graphics card in ${CHROMIUM}`);
let served: Served;
let browser: Browser;

const noisy = noisyVersion(
  { name: 'grey', image: generateImage('mixed', { width: 40, height: 32, seed: 3 }) },
  25,
  0,
);

test.before(async () => {
  served = await serve(await bundle(), { port: 0 });
  browser = await launchWithGpu();
});

test.after(async () => {
  await browser?.close();
  served?.close();
});

/** The page with a card that is lost after so many submissions. */
async function openPage(submissions: number, { isWhole }: { isWhole: boolean }): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: cardThatIsLost(submissions) + (await response.text()) });
  });
  if (!isWhole)
    await page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(served.address);
  return page;
}

async function restoredBy(page: Page): Promise<Image> {
  const given = { noisy, method: SMALL_MODEL, sigma: 25 };
  const { restored, fault } = await askWorker<{ restored: Image; fault?: string }>(page, 'restore', given);
  assert.is(fault, undefined);
  return restored;
}

const computes = async (page: Page) =>
  (await askWorker<{ backend: string }>(page, 'open', undefined)).backend;

test('a card restores as Node does; when it is lost, WebAssembly goes on from within the work', async () => {
  // A restoration is one submission.
  const page = await openPage(2, { isWhole: false });
  assert.is(await computes(page), 'gpujs webgpu (A card; the browser)');
  const expected = await inNode(noisy, 25);
  assertNear((await restoredBy(page)).data, expected.data, TOLERANCE_GPU);
  assert.is(await computes(page), 'gpujs webgpu (A card; the browser)');
  assertNear((await restoredBy(page)).data, expected.data);
  assert.match(await computes(page), /^wasm /);
  assertNear((await restoredBy(page)).data, expected.data);
  await page.close();
});

test('the page says that its card is lost, and restores its picture', async () => {
  const page = await openPage(1, { isWhole: true });
  await page
    .getByText(
      /^Computed by wasm \(\d+ threads?\), as the graphics card has failed: gpujs webgpu: the device was lost \(.*\)\.$/,
    )
    .waitFor({ timeout: 120_000 });
  await page.locator('#results tbody tr').waitFor({ timeout: 120_000 });
  assert.match((await page.locator('#results tbody tr').textContent())!, /^nlrn-/);
  assert.is(await page.isVisible('#fault'), false);
  await page.close();
});

runInChromium(test);
