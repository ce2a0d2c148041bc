// Slow: opens a browser.

/** All ways in which a picture comes to the page, and what comes by them that is none. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createImage, generateImage, type Image, noisyVersion } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { quality } from '@nlrn/nn';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM } from '../lib/browser.ts';
import { restorations, runInChromium, sharePage, until } from './inBrowser.ts';

const test = suite(`pictures come to the page in ${CHROMIUM}`);
const folder = temporaryFolder();
let address: string;
let page: Page;
let heard: readonly string[];

sharePage(test, '', async (shared) => {
  ({ address, page, heard } = shared);
  await restorations(page);
  await page.selectOption('#method', 'bilateral');
});

/** A picture's file. */
function picture(name: string, width: number, height: number): string {
  const path = join(folder, name);
  writePng(path, generateImage('leaves', { width, height, seed: 1 }));
  return path;
}

function letter(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, 'Dear reader');
  return path;
}

/** What is dropped or pasted: files, or text. */
type Given = { readonly path: string; readonly others?: readonly string[] } | { readonly text: string };

/** Dispatches an event as a browser does, with what it brings along, on what a selector finds. */
function bring(kind: 'drop' | 'paste', given: Given, on = 'body'): Promise<void> {
  const [name, content] =
    'path' in given
      ? [basename(given.path), readFileSync(given.path).toString('base64')]
      : [undefined, given.text];
  const others = ('path' in given && given.others) || [];
  return page.evaluate<void>(`(${BRING})(${JSON.stringify({ kind, name, content, others, on })})`);
}

const BRING = `({ kind, name, content, others, on }) => {
  const data = new DataTransfer();
  if (name === undefined) data.setData('text/plain', content);
  else data.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
  for (const other of others) data.items.add(new File([], other));
  const options = { bubbles: true, cancelable: true };
  const target = document.querySelector(on);
  if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
  else for (const type of ['dragover', 'drop']) target.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }));
}`;

const WAYS: Readonly<Record<string, (path: string) => Promise<void>>> = {
  chosen: (path) => page.setInputFiles('#file', path),
  dropped: (path) => bring('drop', { path }),
  pasted: (path) => bring('paste', { path }),
};

/** The name of the file that the control for files shows. */
const chosenFile = () => page.evaluate<string | undefined>('document.querySelector("#file").files[0]?.name');

const said = (text: string) => page.locator('#said', { hasText: text }).waitFor();

async function fault(text: string): Promise<void> {
  await page.locator('#fault', { hasText: text }).waitFor();
  assert.is(await page.textContent('#fault'), text);
}

/** The bytes of the picture that is open, with the noise that is added: red, green, blue and opacity of each pixel. */
const shown = () =>
  page.evaluate<number[]>(`{
    const canvas = document.getElementById('before');
    [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];
  }`);

/** The same of a file. */
function bytesOf(path: string): number[] {
  const { data, channels } = readPng(path);
  return Array.from({ length: (4 * data.length) / channels }, (_, i) =>
    i % 4 === 3 ? 255 : Math.round(255 * data[channels * Math.floor(i / 4) + ((i % 4) % channels)]!),
  );
}

for (const [way, give] of Object.entries(WAYS)) {
  test(`a picture is ${way}, restored and named where files are chosen, and gets no noise`, async () => {
    const path = picture(`${way}.png`, 40, 30);
    await give(path);
    await said(`${way}.png, 40 x 30 pixels; no noise added`);
    assert.equal(await shown(), bytesOf(path));
    assert.is(await page.textContent('#addedValue'), '0');
    await restorations(page);
    assert.is(await chosenFile(), `${way}.png`);
    assert.is(await page.isVisible('#fault'), false);
  });

  test(`what is no picture is ${way}: that is said, and the picture that is open stays`, async () => {
    const [before, file] = [await page.textContent('#restoring section'), await chosenFile()];
    await give(letter(`${way}-letter.png`));
    await fault(`${way}-letter.png: is no picture that this browser can read; take a PNG or JPEG file`);
    assert.is(await page.textContent('#restoring section'), before);
    assert.is(await chosenFile(), file);
    await give(picture(`${way}-tiny.png`, 3, 4));
    await fault(`${way}-tiny.png: has 3 x 4 pixels, too few: the explorer needs at least 11 x 11`);
    assert.is(await page.textContent('#restoring section'), before);
    assert.is(await chosenFile(), file);
    await page.click('#go');
    await restorations(page, 2);
    assert.is(await page.isVisible('#fault'), false);
    await said(`${way}.png, 40 x 30 pixels`);
  });
}

/** What the page says of a picture with this noise. */
function withNoise(path: string, sigma: number): string {
  const truth = { name: basename(path), image: readPng(path) };
  const { psnr } = quality(truth, noisyVersion(truth, sigma, 0));
  return `${basename(path)}, 40 x 30 pixels; with noise of sigma ${sigma} added: PSNR ${psnr.toFixed(2)} dB`;
}

test("a picture of one's own has noise once the slider is moved, and a generated one keeps its noise", async () => {
  const [first, second] = [picture('first-own.png', 40, 30), picture('second-own.png', 40, 30)];
  await bring('drop', { path: first });
  await said('first-own.png, 40 x 30 pixels; no noise added');
  await page.locator('#added').fill('30');
  await said(withNoise(first, 30));
  await page.selectOption('#kind', 'leaves');
  await said('leaves-1.png, 256 x 256 pixels; with noise of sigma 25 added');
  assert.is(await page.textContent('#addedValue'), '25');
  await bring('drop', { path: second });
  await said(withNoise(second, 30));
  await page.locator('#added').fill('0');
  await said('second-own.png, 40 x 30 pixels; no noise added');
});

test('the noise of a page that one comes back to is that which stands beside the slider', async () => {
  await page.locator('#added').fill('60');
  await page.click('#go');
  await restorations(page);
  await page.locator('#divide').fill('20');
  await page.goto('about:blank');
  await page.goBack();
  await restorations(page);
  await said('with noise of sigma 25 added');
  assert.equal([await page.inputValue('#added'), await page.textContent('#addedValue')], ['25', '25']);
  assert.is(await page.inputValue('#divide'), '50');
  await page.selectOption('#method', 'bilateral');
});

/** A picture's file with chunks more that say what its colours are. */
function withColours(name: string, image: Image, colours: Readonly<Record<string, Buffer>>): string {
  const path = join(folder, name);
  writePng(path, image);
  const file = readFileSync(path);
  const chunks = Object.entries(colours).flatMap(([type, data]) => {
    const content = Buffer.concat([Buffer.from(type), data]);
    return [bigEndian(data.length), content, bigEndian(crc32(content))];
  });
  // Behind the signature and IHDR.
  writeFileSync(path, Buffer.concat([file.subarray(0, 33), ...chunks, file.subarray(33)]));
  return path;
}

function bigEndian(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** One colour, 0-255. */
const ofColour = (...colour: number[]) =>
  createImage(
    40,
    30,
    3,
    Float32Array.from({ length: 3 * 1200 }, (_, i) => colour[i % 3]! / 255),
  );

test('a picture of other colours than sRGB is converted, and one in sRGB keeps its values', async () => {
  const SRGB = { cICP: Buffer.from([1, 13, 0, 1]) };
  const DISPLAY_P3 = { cICP: Buffer.from([12, 13, 0, 1]) };
  const all = generateImage('leaves', { width: 48, height: 40, seed: 1 });
  const path = withColours('srgb.png', all, SRGB);
  await bring('drop', { path });
  await said('srgb.png');
  assert.equal(await shown(), bytesOf(path));
  // By the matrices of CSS Color 4, section 10.
  for (const [name, colour, expected] of [
    ['rose', [200, 120, 110], [213, 115, 106]],
    ['moss', [90, 130, 70], [77, 131, 62]],
  ] as const) {
    await bring('drop', { path: withColours(`${name}.png`, ofColour(...colour), DISPLAY_P3) });
    await said(`${name}.png`);
    const converted = (await shown()).slice(0, 3);
    const differ = converted.map((value, c) => Math.abs(value - expected[c]!));
    assert.ok(Math.max(...differ) <= 1, `${converted}`);
  }
});

test('a grey picture stays grey, however its conversion is rounded', async () => {
  // The exponent 1 / 2.2 and the primaries of sRGB, as ImageMagick writes them.
  const colours = {
    gAMA: bigEndian(45455),
    cHRM: bigEndian(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),
  };
  const ramp = createImage(
    256,
    11,
    1,
    Float32Array.from({ length: 256 * 11 }, (_, i) => (i % 256) / 255),
  );
  await bring('drop', { path: withColours('ramp.png', ramp, colours) });
  await said('ramp.png');
  const bytes = await shown();
  assert.ok(bytes.every((value, i) => i % 4 === 3 || value === bytes[i - (i % 4)]));
  // (40 / 255) ** 2.2 is 35.2 / 255 in sRGB.
  assert.ok(Math.abs(bytes[4 * 40]! - 35.2) <= 1, `${bytes[4 * 40]}`);
});

test('what is no file is said where it is dropped or pasted on the page, and left alone where one types', async () => {
  await bring('drop', { text: 'https://example.org/' });
  await fault('what was dropped is no file: save the picture, and drop its file');
  await bring('paste', { text: 'Dear reader' });
  await fault('the clipboard holds no picture');
  await page.click('#go');
  await page.locator('#fault').waitFor({ state: 'hidden' });
  await bring('drop', { text: '7' }, '#seed');
  await bring('paste', { text: '7' }, '#seed');
  await bring('paste', { text: 'return 1;' }, '#text');
  assert.is(await page.isVisible('#fault'), false);
});

test('of several files the first is opened, and that is said', async () => {
  await bring('drop', { path: picture('first-of-three.png', 40, 30), others: ['b.png', 'c.png'] });
  await fault('one picture at a time: of 3 files first-of-three.png was opened');
  await said('first-of-three.png, 40 x 30 pixels');
});

test('a picture that came while a level was not valid is what is restored once it is', async () => {
  await page.fill('#level', '300');
  await bring('drop', { path: picture('waiting.png', 42, 30) });
  await until(page, 'the file is named', async () => (await chosenFile()) === 'waiting.png');
  await said('first-of-three.png, 40 x 30 pixels');
  await page.fill('#level', '');
  await page.click('#go');
  await said('waiting.png, 42 x 30 pixels');
  await restorations(page);
});

test('the size that is chosen is that of the file that is open, however it came', async () => {
  await page.selectOption('#most', '65536');
  await bring('drop', { path: picture('large.png', 300, 250) });
  await said(
    'large.png, 280 x 234 pixels; made smaller from 300 x 250: "Size of a picture that is opened" changes that; no noise added',
  );
  assert.is(await page.textContent('label[for="most"]'), 'Size of a picture that is opened');
  await page.selectOption('#most', '262144');
  await said('large.png, 300 x 250 pixels; no noise added');
  await page.check('#grey');
  await said('large.png, 300 x 250 pixels');
  await page.selectOption('#most', '65536');
  await bring('paste', { path: picture('narrow.png', 11, 8000) });
  await fault(
    'narrow.png: has 9 x 6904 pixels when it is made smaller, too few: the explorer needs at least 11 x 11',
  );
  await said('large.png, 280 x 234 pixels');
  await page.selectOption('#kind', 'leaves');
  await said('leaves-1.png, 256 x 256 pixels');
  assert.is(await chosenFile(), undefined);
  await page.selectOption('#most', '262144');
  await restorations(page);
  await said('leaves-1.png');
});

test('a picture that comes while another is restored takes its place', async () => {
  await page.selectOption('#method', 'wnnm');
  await page.click('#go');
  await page.locator('#cancel:enabled').waitFor();
  await Promise.all(
    ['first.png', 'second.png'].map((name) => bring('drop', { path: picture(name, 30, 20) })),
  );
  await said('second.png, 30 x 20 pixels');
  await restorations(page);
  assert.match((await page.textContent('#results tbody'))!, /^WNNM/);
  await page.locator('#go:enabled').waitFor();
  assert.is(await page.locator('#results tbody tr').count(), 1);
});

/** What the page says of the next two pictures that it opens. */
const NEXT_TWO = `new Promise((resolve) => {
  const said = document.getElementById('said');
  const all = [];
  new MutationObserver(() => all.push(said.textContent) === 2 && resolve(all)).observe(said, { childList: true });
})`;

/** Has the next picture's file read only once `readOn` is called. */
const READ_LATER = `{
  const read = createImageBitmap;
  globalThis.createImageBitmap = (...given) => new Promise((resolve) => {
    globalThis.createImageBitmap = read;
    globalThis.readOn = () => resolve(read(...given));
  });
}`;

test('pictures come in the order in which they are asked for, though the first takes long to read', async () => {
  await page.selectOption('#method', 'bilateral');
  const both = page.evaluate<string[]>(NEXT_TWO);
  await page.evaluate(READ_LATER);
  await bring('drop', { path: picture('long.png', 40, 30) });
  await page.click('#another');
  // Enough to generate one.
  await page.waitForTimeout(500);
  await page.evaluate('readOn()');
  assert.equal(
    (await both).map((text) => text.split(',')[0]),
    ['long.png', 'leaves-2.png'],
  );
  assert.is(await chosenFile(), undefined);
  await restorations(page);
});

/** Has the noise become that of sigma 30 as soon as the worker is asked to add noise. */
const OTHER_NOISE = `{
  const say = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (asked) {
    say.call(this, asked);
    if (asked.task !== 'addNoise') return;
    Worker.prototype.postMessage = say;
    const added = document.getElementById('added');
    added.value = 30;
    queueMicrotask(() => added.dispatchEvent(new Event('change')));
  };
}`;

test('noise that changes while a picture is opened is that of this picture', async () => {
  const path = picture('changes.png', 40, 30);
  await page.evaluate(OTHER_NOISE);
  await bring('drop', { path });
  await said('changes.png');
  await restorations(page);
  await said(withNoise(path, 30));
});

test('a picture that comes while the seed is missing is opened once there is one', async () => {
  await page.fill('#seed', '');
  await bring('drop', { path: picture('seedless.png', 40, 30) });
  await until(page, 'the picture is chosen', async () => (await chosenFile()) === 'seedless.png');
  await page.fill('#seed', '1');
  await page.press('#seed', 'Tab');
  await said('seedless.png, 40 x 30 pixels');
});

test('where a picture is too small for its noise to be estimated it is said what to do', async () => {
  await page.selectOption('#method', 'bilateral');
  await bring('drop', { path: picture('small.png', 12, 12) });
  await fault('an image of 12 x 12 pixels is too small to estimate its noise: give its level');
  await page.fill('#level', '25');
  await page.click('#go');
  await restorations(page);
  await page.fill('#level', '');
});

test('a picture that is dropped on another part of the page is shown, and none is generated in its place', async () => {
  await page.goto('about:blank');
  await page.goto(`${address}#train`);
  await page.locator('#start:enabled').waitFor();
  await bring('drop', { path: letter('train.png') }, '#start');
  await fault('train.png: is no picture that this browser can read; take a PNG or JPEG file');
  assert.is(await page.isVisible('#training'), true);
  await bring('drop', { path: picture('elsewhere.png', 40, 30) }, '#start');
  await said('elsewhere.png, 40 x 30 pixels');
  await restorations(page);
  await said('elsewhere.png, 40 x 30 pixels');
});

test('nothing was said on the console, and nothing asked of another host', () => {
  assert.equal(heard, []);
});

runInChromium(test);
