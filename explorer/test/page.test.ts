// Slow: opens a browser.

/** The page in a real browser, isolated and not. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CLASSIC } from '@nlrn/classic';
import { WEIGHTS } from '@nlrn/cli';
import { createImage, estimateNoiseLevel, generateImage, type Image, noisyVersion, toGrey } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { temporaryFolder } from '@nlrn/files/test';
import {
  atPixel,
  correlationsIn,
  createNlrn,
  type Metric,
  neighbourWeights,
  PAPER_CONFIG,
  type Pixel,
} from '@nlrn/nlrn';
import { quality, weightsBytes, weightsOfSeed } from '@nlrn/nn';
import { input, namedTensors, referenceBackend } from '@nlrn/tensor';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askWorker, CHROMIUM, launch } from '../lib/browser.ts';
import { bundle } from '../lib/bundle.ts';
import { type Served, serve } from '../lib/serve.ts';
import type { Seen } from '../page/worker/look.ts';
import { listenTo, PATIENCE, restorations, runInChromium, until } from './inBrowser.ts';
import { assertNear, inNode, SMALL_MODEL, TOLERANCE } from './inNode.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

const folder = temporaryFolder();
const test = suite(`the explorer in ${CHROMIUM}`);
let isolated: Served;
let plain: Served;
let browser: Browser;
let page: Page;
let heard: string[];

test.before(async () => {
  const site = await bundle();
  isolated = await serve(site, { port: 0 });
  plain = await serve(site, { port: 0, headers: {} });
  browser = await launch();
  page = await browser.newPage({ viewport: DESK });
  page.setDefaultTimeout(PATIENCE);
  heard = listenTo(page, isolated.address);
  await page.goto(isolated.address);
});

test.after(async () => {
  await browser?.close();
  isolated?.close();
  plain?.close();
});

const rowsOf = () => page.locator('#results tbody tr').allTextContents();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in the page as it is, and where. */
async function axeFinds(): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    'axe.run()',
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
}

const truth = generateImage('mixed', { width: 72, height: 64, seed: 3 });

/** Red, green and blue from three pictures. */
function colours(): Image {
  const channels = [1, 2, 3].map((seed) => generateImage('leaves', { width: 48, height: 40, seed }).data);
  return createImage(
    48,
    40,
    3,
    Float32Array.from({ length: 3 * 48 * 40 }, (_, i) => channels[i % 3]![Math.floor(i / 3)]!),
  );
}

test('it restores a generated picture at once, with as many threads as there are cores', async () => {
  await restorations(page);
  assert.match((await page.textContent('#backend')) ?? '', /^Computed by wasm \(\d+ threads?\)\.$/);
  assert.is(await page.evaluate('crossOriginIsolated'), true);
  assert.match((await rowsOf())[0]!, /^nlrn-/);
  assert.equal(heard, []);
});

/** Bytes that are loaded before the first picture is restored, without weights. */
const MOST_AT_FIRST = 500_000;

test('when it is opened it loads its kernels as a file, and nothing that is for other cases, such as gpu.js', async () => {
  const site = await bundle();
  const other = await browser.newPage();
  const loaded: string[] = [];
  other.on('request', (request) => loaded.push(new URL(request.url()).pathname.slice(1) || 'index.html'));
  await other.goto(plain.address);
  await restorations(other);
  await other.close();
  const files = loaded.filter((path) => site.has(path) && !path.startsWith('weights/'));
  assert.is(files.filter((path) => path === 'kernels.wasm').length, 1);
  const worker = Buffer.from(site.get('worker.js')!).toString();
  const alwaysNeeded = [...worker.matchAll(/from"\.\/(part-\w+\.js)"/g)].map(([, path]) => path!);
  assert.equal(files.filter((path) => path.startsWith('part-')).sort(), alwaysNeeded.sort());
  assert.ok(files.reduce((sum, path) => sum + site.get(path)!.length, 0) < MOST_AT_FIRST);
});

test('a grey picture is restored as in Node', async () => {
  const noisy = noisyVersion({ name: 'grey', image: truth }, 25, 0);
  const { restored } = await askWorker<{ restored: Image }>(page, 'restore', {
    noisy,
    method: SMALL_MODEL,
    sigma: 25,
  });
  assertNear(restored.data, (await inNode(noisy, 25)).data);
});

test('a picture in colour is restored as in Node, and its level estimated', async () => {
  const noisy = noisyVersion({ name: 'colours', image: colours() }, 20, 0);
  const { restored, sigma } = await askWorker<{ restored: Image; sigma: number }>(page, 'restore', {
    noisy,
    method: SMALL_MODEL,
  });
  assert.ok(Math.abs(sigma - estimateNoiseLevel(noisy)) < TOLERANCE);
  assertNear(restored.data, (await inNode(noisy, sigma)).data);
});

test('a page that is not isolated has one thread, and the same result', async () => {
  const context = await browser.newContext();
  const other = await context.newPage();
  // The page alone: without its program nothing else is computed meanwhile.
  await other.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await other.goto(plain.address);
  assert.is(await other.evaluate('crossOriginIsolated'), false);
  const { backend } = await askWorker<{ backend: string }>(other, 'open', undefined);
  assert.is(backend, 'wasm (1 thread)');
  const noisy = noisyVersion({ name: 'colours', image: colours() }, 25, 0);
  const { restored } = await askWorker<{ restored: Image }>(other, 'restore', {
    noisy,
    method: SMALL_MODEL,
    sigma: 25,
  });
  assertNear(restored.data, (await inNode(noisy, 25)).data);
  await context.close();
});

test('a picture of a file gets noise and is restored, with the figures that Node has, and is downloaded', async () => {
  writePng(join(folder, 'own.png'), truth);
  await page.selectOption('#method', SMALL_MODEL);
  await page.fill('#level', '25');
  await page.setInputFiles('#file', join(folder, 'own.png'));
  await page.getByText('own.png, 72 x 64 pixels').waitFor();
  await page.locator('#added').fill('25');
  await page.getByText('with noise of sigma 25 added').waitFor();
  await page.click('#go');
  await restorations(page);
  const noisy = noisyVersion({ name: 'own.png', image: truth }, 25, 0);
  const restored = await inNode(noisy, 25);
  const [before, after] = [noisy, restored].map((image) => quality({ name: 'own.png', image: truth }, image));
  assert.match(
    (await page.textContent('#said'))!,
    new RegExp(`PSNR ${before!.psnr.toFixed(2)} dB, SSIM ${before!.ssim.toFixed(4)}$`),
  );
  const [row] = await rowsOf();
  assert.ok(row!.startsWith(`${SMALL_MODEL}25${after!.psnr.toFixed(2)}${after!.ssim.toFixed(4)}`), row);

  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  assert.is(download.suggestedFilename(), 'own-restored.png');
  await download.saveAs(join(folder, 'restored.png'));
  assert.is(
    quality({ name: '', image: truth }, toGrey(readPng(join(folder, 'restored.png')))).psnr.toFixed(2),
    after!.psnr.toFixed(2),
  );
});

test('the weights of a pixel in all states are those of the whole picture by the reference', async () => {
  const config = { ...PAPER_CONFIG, channels: 4, embedding: 3, states: 2, neighborhood: 5 };
  const network = createNlrn(config, weightsOfSeed(3));
  const reference = referenceBackend();
  const bytes = await weightsBytes({ network, config, backend: reference });
  await askWorker(page, 'addModel', { name: 'tiny', bytes });
  const noisy = noisyVersion({ name: 'grey', image: truth }, 25, 0);
  const pixel = { x: 30, y: 25 };
  const seen = await askWorker<Seen>(page, 'look', { noisy, sigma: 25, method: 'tiny', pixel, state: 2 });

  const x = input('noisy', [1, noisy.height, noisy.width, 1]);
  const { output } = network.forward(x, 'infer');
  const [first, second] = correlationsIn(output).map(({ S }) => atPixel(S, pixel));
  const features = namedTensors([output]).get('s^2')!;
  const program = reference.compile({
    outputs: { first: first!, second: second!, features: atPixel(features, pixel) },
  });
  const expected = await program.run({ noisy: noisy.data });
  assert.equal(
    seen.correlations.map(({ state }) => state),
    [1, 2],
  );
  assertNear(seen.correlations[0]!.weights, neighbourWeights(expected.first));
  assertNear(seen.correlations[1]!.weights, neighbourWeights(expected.second));
  const { channels, data, ...piece } = seen.features;
  const place = ((pixel.y - piece.y) * piece.width + pixel.x - piece.x) * channels;
  assertNear(Array.from(data).slice(place, place + channels), expected.features);
});

/** What is seen at a pixel by a small network with random weights, whose neighbourhood is as large as the picture. */
async function seenByWhole(metric: Metric, pixel: Pixel): Promise<Seen | { fault: string }> {
  const config = { ...PAPER_CONFIG, channels: 4, embedding: 3, states: 1, neighborhood: 11, metric };
  const network = createNlrn(config, weightsOfSeed(4));
  await askWorker(page, 'addModel', {
    name: metric,
    bytes: await weightsBytes({ network, config, backend: referenceBackend() }),
  });
  const image = generateImage('mixed', { width: 11, height: 11, seed: 3 });
  const noisy = noisyVersion({ name: 'small', image }, 25, 0);
  return askWorker(page, 'look', { noisy, sigma: 25, method: metric, pixel, state: 1 });
}

test('where the neighbourhood is the whole picture, too, the pixel itself, which is nearest, is in the middle', async () => {
  const { piece, correlations } = (await seenByWhole('euclidean', { x: 2, y: 9 })) as Seen;
  assert.equal(piece, { x: 0, y: 0, width: 11, height: 11 });
  const { weights } = correlations[0]!;
  assert.is(weights.indexOf(Math.max(...weights)), 5 * 11 + 5);
});

test('a network whose weights are no softmax is refused', async () => {
  for (const metric of ['dotProduct', 'embeddedDotProduct'] as const)
    assert.equal(await seenByWhole(metric, { x: 2, y: 9 }), {
      fault: `${metric}: its metric, ${metric}, has no softmax; choose another network`,
    });
});

test('a click on the picture shows its neighbourhood, the weights and the features', async () => {
  const { x, y, width } = (await page.locator('#before').boundingBox())!;
  const pixel = width / truth.width;
  await page.mouse.click(x + 20.5 * pixel, y + 30.5 * pixel);
  await page.getByText(`Column 20, row 30, as ${SMALL_MODEL} sees it.`).waitFor();
  const captions = await page.locator('#look figcaption').allTextContents();
  assert.equal(captions.slice(0, 2), ['noisy', 'true']);
  assert.is(captions.filter((caption) => /^state \d: at most \d+\.\d %$/.test(caption)).length, 3);
  assert.equal(captions.slice(5), ['s^1, the features', 'Z^1, added by the module']);
  assert.equal(await axeFinds(), []);
});

test('another method stands beside the first, and either can be shown', async () => {
  await page.selectOption('#method', 'nlm');
  await page.click('#go');
  await restorations(page, 2);
  assert.match((await rowsOf())[1]!, /^non-local means25\d\d\.\d\d0\.\d{4}\d/);
  await page.getByLabel(`show ${SMALL_MODEL}`).check();
  assert.is(await page.locator('#results input:checked').count(), 1);
});

test('a restoration that is begun while other noise is added is of the picture with that noise', async () => {
  await page.selectOption('#method', { label: 'the bilateral filter' });
  await page.evaluate(`{
    const seed = document.getElementById('seed');
    seed.value = '7';
    seed.dispatchEvent(new Event('change'));
    document.getElementById('go').click();
  }`);
  // Rows of the noise before stand until the other noise has been added.
  await page.getByText('Done: the bilateral filter.').waitFor();
  const rows = await rowsOf();
  assert.is(rows.length, 1);
  assert.match(rows[0]!, /^the bilateral filter/);
});

test('where no noise was added no true neighbourhood is shown, and what comes of a restoration is told', async () => {
  await page.locator('#added').fill('0');
  await page.getByText('no noise added').waitFor();
  await page.selectOption('#method', SMALL_MODEL);
  assert.is(await page.textContent('#done'), '');
  await page.click('#go');
  await restorations(page);
  assert.is(await page.textContent('#done[role="status"]'), `Done: ${SMALL_MODEL}.`);
  await page.locator('#pair').press('Enter');
  await page.getByText('s^1, the features').waitFor();
  const captions = await page.locator('#look figcaption').allTextContents();
  assert.equal([captions[0], captions[1]!.slice(0, 7)], ['noisy', 'state 1']);
  await page.fill('#level', '0');
  await page.click('#go');
  await restorations(page, 2);
  assert.is(await page.textContent('#done'), 'Done: left as it was: there is no noise to remove.');
  await page.fill('#level', '25');
  await page.locator('#added').fill('25');
  await page.getByText('with noise of sigma 25 added').waitFor();
});

test('what are no weights is said', async () => {
  writeFileSync(join(folder, 'letter.safetensors'), 'Dear reader');
  await page.setInputFiles('#weights', join(folder, 'letter.safetensors'));
  await page.getByText(/^letter\.safetensors: /).waitFor();
  await page.setInputFiles('#weights', join(WEIGHTS, `${SMALL_MODEL}.safetensors`));
  await page
    .locator('#method option:checked', { hasText: 'laptop-s25.safetensors' })
    .waitFor({ state: 'attached' });
  assert.is(await page.isVisible('#fault'), false);
  // As after more training: a file of that name may be chosen again, and takes the place of the first.
  assert.is(await page.inputValue('#weights'), '');
  const again = join(folder, `${SMALL_MODEL}.safetensors`);
  writeFileSync(again, readFileSync(join(WEIGHTS, 'nlrn-blind.safetensors')));
  const chosen = page.locator('#method option:checked');
  const before = await chosen.textContent();
  await page.setInputFiles('#weights', again);
  await until(page, 'the other weights', async () => (await chosen.textContent()) !== before);
  assert.is(await page.locator('#method option', { hasText: 'laptop-s25.safetensors' }).count(), 1);
});

test('a picture of many megapixels is told to take the fast method, and how long that takes', async () => {
  const [width, height] = [2100, 2000];
  const seconds = Math.ceil(4.2 * CLASSIC['bm3d-fast'].seconds[1]);
  writePng(join(folder, 'large.png'), createImage(width, height));
  await page.selectOption('#most', 'Infinity');
  await page.selectOption('#method', '');
  await page.locator('#added').press('Home');
  await page.setInputFiles('#file', join(folder, 'large.png'));
  await page
    .getByText(`4.2 megapixels: unless you choose another method, fast BM3D, some ${seconds} core-seconds`)
    .waitFor({ timeout: 60_000 });
  await page.getByText(/^about \d+ s left$/).waitFor({ timeout: 60_000 });
  await page.click('#cancel');
  await page.locator('#go:enabled').waitFor();
  await page.selectOption('#most', '1048576');
  await page.locator('#added').fill('25');
});

const dncnn = sharedPath('weights/dncnn-s25.safetensors');

(dncnn ? test : test.skip)('published weights of DnCNN restore as in Node', async () => {
  await page.setInputFiles('#weights', dncnn!);
  await page.locator('#method option:checked', { hasText: 'dncnn-s25' }).waitFor({ state: 'attached' });
  const noisy = noisyVersion({ name: 'grey', image: truth }, 25, 0);
  const bytes = new Uint8Array(readFileSync(dncnn!));
  await askWorker(page, 'addModel', { name: 'dncnn-s25.safetensors', bytes });
  const given = { noisy, method: 'dncnn-s25.safetensors', sigma: 25 };
  const { restored } = await askWorker<{ restored: Image }>(page, 'restore', given);
  assertNear(restored.data, (await inNode(noisy, 25, dncnn!)).data);
});

test('a restoration is cancelled', async () => {
  await page.selectOption('#method', 'wnnm');
  await page.selectOption('#kind', 'leaves');
  // What is cancelled before that is the restoration of the picture before it, if one is going on.
  await page.locator('#said', { hasText: 'leaves' }).waitFor();
  await page.click('#cancel');
  await page.locator('#go:enabled').waitFor();
  assert.equal(await rowsOf(), []);
  assert.is(await page.isVisible('#fault'), false);
});

test('a network is cancelled half-way through a large picture, and another method takes its place', async () => {
  writePng(join(folder, 'half.png'), generateImage('leaves', { width: 1200, height: 800, seed: 1 }));
  await page.selectOption('#method', SMALL_MODEL);
  await page.setInputFiles('#file', join(folder, 'half.png'));
  const done = () => page.evaluate<number>('document.querySelector("#progress").value');
  await until(page, 'half of the picture is done', async () => (await done()) >= 0.5);
  await page.click('#cancel');
  await page.locator('#go:enabled').waitFor();
  assert.equal(await rowsOf(), []);
  await page.selectOption('#method', 'bilateral');
  await page.click('#go');
  await restorations(page);
  assert.is(await page.isVisible('#fault'), false);
  assert.is((await rowsOf()).length, 1);
});

test('a formula that the address brings along is run when that is wanted: its graphs, its program and its values', async () => {
  const text = "const w = variable('w', [2], [3, 4]);\nreturn sum(mul(w, w));";
  await page.goto(`${isolated.address}#formula=${encodeURIComponent(text)}`);
  await page.getByText("The formula came with the page's address.").waitFor();
  assert.is(await page.inputValue('#text'), text);
  assert.is(await page.locator('#taught h2').count(), 0);
  await page.locator('#run:focus').press('Enter');
  await page.getByText('gradient of w [2]: 6, 8').waitFor();
  assert.match((await page.textContent('#taught'))!, /result \[\]: 25\n/);
  const [graph, gradients] = await page.locator('#taught svg').all();
  assert.equal(await graph!.locator('text').allTextContents(), [
    'w',
    '[2]',
    'mul',
    '[2]',
    'sum axes=[0]',
    '[]',
  ]);
  assert.ok((await gradients!.locator('.backward').count()) > 0);
  const slider = page.getByRole('slider', { name: 'Step' });
  const said = () => page.textContent('#taught output');
  assert.is(await said(), 'the result has the cotangent 1');
  await slider.press('End');
  assert.match((await said())!, /^%\d+ = mul\(w, w\) sends 3 4 to w and 3 4 to w$/);
  assert.ok((await page.locator('#taught svg').nth(2).locator('text').allTextContents()).includes('∂ 6 8'));
  await page.getByRole('button', { name: 'Play' }).click();
  assert.is(await said(), 'the result has the cotangent 1');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.fill('#text', 'return 3;');
  await page.click('#teach button');
  await page.getByText('the formula must end with "return" and a tensor').waitFor();
  assert.is(await page.textContent('#taught'), '');
});

test('what a formula throws is told, whatever it is', async () => {
  for (const thrown of ["'bad'", 'null']) {
    await page.fill('#text', `throw ${thrown};`);
    await page.click('#run');
    await page.getByText(`thrown: ${thrown.replaceAll("'", '')}`).waitFor();
  }
});

test('what is typed stays when one comes back to an address with a formula, and another address brings its own', async () => {
  const formula = await page.evaluate<string>('decodeURIComponent(location.hash)');
  await page.fill('#text', 'return 4;');
  await page.click('nav a[href="#train"]');
  await page.locator('#training').waitFor();
  await page.goBack();
  await page.locator('#formulas').waitFor();
  assert.is(await page.evaluate('decodeURIComponent(location.hash)'), formula);
  assert.is(await page.inputValue('#text'), 'return 4;');
  await page.evaluate("location.hash = '#formula=return%205;'");
  await page.getByText("The formula came with the page's address.").waitFor();
  assert.is(await page.inputValue('#text'), 'return 5;');
});

test('a formula without an end is ended by the next one, and takes nothing else with it', async () => {
  await page.fill('#text', 'for (;;) {}');
  await page.click('#teach button');
  await page.getByText('The formula is still running.').waitFor();
  await page.fill('#text', 'return 3;');
  await page.click('#teach button');
  await page.getByText('the formula must end with "return" and a tensor').waitFor();
  assert.is(await page.getByText('The formula is still running.').count(), 0);
  await page.fill('#text', 'for (;;) {}');
  await page.click('#teach button');
  await page.getByText('The formula is still running.').waitFor();
  await page.click('nav a[href="#restore"]');
  await page.click('#another');
  await restorations(page);
  await page.click('nav a[href="#formula"]');
  await page.fill('#text', "return sum(variable('w', [2], [3, 4]));");
  await page.click('#teach button');
  await page.getByRole('heading', { name: 'Values' }).waitFor();
  assert.is(await page.isVisible('#fault'), false);
});

test('a formula in the address that cannot be read is said, and the page works', async () => {
  await page.goto('about:blank');
  await page.goto(`${isolated.address}#formula=return mul(x, 50 % 2)`);
  await page
    .getByText("the formula in the page's address cannot be read: write each % in it as %25")
    .waitFor();
  await page.click('nav a[href="#restore"]');
  await restorations(page);
});

for (const [name, viewport, colorScheme] of [
  ['on a desk', DESK, 'light'],
  ['in the dark', DESK, 'dark'],
  ['on a phone', PHONE, 'light'],
] as const) {
  test(`${name} axe finds nothing in any part, and nothing is beyond the edge`, async () => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    for (const part of ['#restore', '#train', '#formula']) {
      await page.evaluate(`location.hash = '${part}'`);
      await page.locator(`nav a[href="${part}"][aria-current]`).waitFor();
      assert.equal(await axeFinds(), [], part);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width <= viewport.width, `${part}: ${width} pixels`);
    }
  });
}

test('on a phone what is seen around a pixel that is tapped comes into view, and nothing else moves the page', async () => {
  await page.evaluate("location.hash = '#restore'");
  await restorations(page);
  const place = () =>
    page.evaluate<{ y: number; top: number }>(
      '({ y: scrollY, top: document.getElementById("look").getBoundingClientRect().top })',
    );
  const move = async () => {
    await page.locator('#pair').press('ArrowLeft');
    await page.getByText(`Column ${await page.inputValue('#column')}, row`).waitFor();
  };
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport);
    await page.evaluate('scrollTo(0, 0)');
    await move();
    const { y } = await place();
    await move();
    assert.is((await place()).y, y);
    await page.locator('#pair').click({ position: { x: 20, y: 20 } });
    await page.getByText(/^Column \d+, row \d{1,2}, as/).waitFor();
    if (viewport === PHONE) await until(page, 'it is in view', async () => Math.abs((await place()).top) < 1);
    else assert.is((await place()).y, y);
  }
});

test('nothing was said on the console, and nothing asked of another host', () => {
  assert.equal(heard, []);
});

runInChromium(test);
