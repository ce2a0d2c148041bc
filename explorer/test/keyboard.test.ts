// Slow: opens a browser.

/** The page by the keyboard alone: all of it can be reached and used, one sees where one is, and comes away from everywhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM } from '../lib/browser.ts';
import { restorations, runInChromium, sharePage, until } from './inBrowser.ts';

const test = suite(`by the keyboard in ${CHROMIUM}`);
let page: Page;

sharePage(test, '', async (shared) => {
  page = shared.page;
  await page.evaluate(readFileSync(join(import.meta.dirname, 'keyboardChecks.js'), 'utf8'));
  await restorations(page);
});

/** Presses of a key after which all of the page should have been reached. */
const MOST_PRESSES = 60;

const press = (key: string) => page.keyboard.press(key);

/** Presses a key; returns what then has the focus, which must be seen, or undefined outside of the page. */
async function reach(key: 'Tab' | 'Shift+Tab'): Promise<string | undefined> {
  await press(key);
  const place = await page.evaluate<{ name: string; isSeen: boolean } | null>('keyboardChecks.focused()');
  assert.ok(place?.isSeen ?? true, `${place?.name}: it has the focus, and one does not see that`);
  return place?.name;
}

/** All that a key comes by, until it comes back to where it began. */
async function round(key: 'Tab' | 'Shift+Tab'): Promise<string[]> {
  const names: string[] = [];
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    const name = await reach(key);
    if (name === undefined) continue;
    if (name === names[0]) return names;
    names.push(name);
  }
  throw new Error(`${key} does not come back: ${names.join(', ')}`);
}

/** Goes to a control. */
async function goTo(wanted: string): Promise<void> {
  for (let presses = 0; presses < MOST_PRESSES; presses++) if ((await reach('Tab')) === wanted) return;
  throw new Error(`${wanted}: Tab does not reach it`);
}

/** Goes to a control, and presses a key there. */
async function use(control: string, key: string): Promise<void> {
  await goTo(control);
  await press(key);
}

/** Goes to another part of the page, by its link. */
async function open(part: string): Promise<void> {
  await use(part, 'Enter');
  await page.locator('nav a[aria-current]', { hasText: part }).waitFor();
}

const hasFocus = (id: string) => page.locator(`#${id}:focus`).waitFor();

/** That Tab reaches all that can be used, in its order, and Shift+Tab the same backwards. */
async function checkRounds(): Promise<void> {
  const all = await page.evaluate<string[]>('keyboardChecks.reachable()');
  assert.ok(all.length > 3);
  await goTo(all.at(-1)!);
  assert.equal(await round('Tab'), all);
  await goTo(all[0]!);
  assert.equal((await round('Shift+Tab')).toReversed(), all);
}

test('a picture is generated, gets noise, and is restored by a method', async () => {
  await use('kind', 'ArrowDown');
  const kind = await page.inputValue('#kind');
  await page.locator('#said', { hasText: `${kind}-1.png` }).waitFor();
  await use('another', 'Enter');
  await page.locator('#said', { hasText: `${kind}-2.png` }).waitFor();
  await use('added', 'ArrowLeft');
  assert.is(await page.textContent('#addedValue'), '24');
  await use('seed', 'ArrowUp');
  assert.is(await page.inputValue('#seed'), '1');
  await goTo('method');
  await page.keyboard.type('the bilateral');
  await page.locator('#go:enabled').waitFor();
  await use('go', 'Enter');
  // Rows of the noise before stand until the other noise has been added.
  await page.getByText('Done: the bilateral filter.').waitFor();
  assert.match((await page.textContent('#results tbody'))!, /^the bilateral filter24/);
  await hasFocus('go');
});

test('a restoration is cancelled where it was begun', async () => {
  await goTo('method');
  await page.keyboard.type('WNNM');
  await use('go', 'Enter');
  await hasFocus('cancel');
  await press('Enter');
  await hasFocus('go');
  assert.is(await page.locator('#results tbody tr').count(), 1);
});

test('the line between the pictures is moved, a restoration is chosen and downloaded', async () => {
  await goTo('method');
  await page.keyboard.type('non-local');
  await use('go', 'Enter');
  await restorations(page, 2);
  await use('divide', 'ArrowRight');
  assert.is(
    await page.evaluate('getComputedStyle(document.querySelector("#after")).clipPath'),
    'inset(0px 0px 0px 51%)',
  );
  await use('shown', 'ArrowUp');
  assert.is(await page.getByLabel('show the bilateral filter').isChecked(), true);
  await goTo('download');
  const [download] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
  assert.match(download.suggestedFilename(), /-2-restored\.png$/);
});

test('a pixel is chosen with the arrow keys, and a state and a channel', async () => {
  await use('pair', 'ArrowRight');
  await page.getByText('Column 129, row 128, as nlrn-').waitFor();
  await press('Shift+ArrowUp');
  await page.getByText('Column 129, row 118, as nlrn-').waitFor();
  for (let i = 0; i < 13; i++) await press('Shift+ArrowLeft');
  await page.getByText('Column 0, row 118, as nlrn-').waitFor();
  assert.is(await page.evaluate('scrollX'), 0);
  await use('row', 'ArrowDown');
  await page.getByText('Column 0, row 117, as nlrn-').waitFor();
  await use('state', 'ArrowDown');
  await page.getByText('s^2, the features').waitFor();
  await use('channel', 'ArrowRight');
  assert.is(await page.textContent('#channelValue'), '2');
});

test('all that restores and looks inside is reached, in its order', checkRounds);

test('on a narrow page, where the pictures stand above the controls, they are reached before them', async () => {
  const viewport = page.viewportSize()!;
  await page.setViewportSize({ ...viewport, width: 390 });
  await goTo('A formula');
  assert.is(await reach('Tab'), 'pair');
  await use('download', 'Tab');
  await hasFocus('file');
  await page.setViewportSize(viewport);
});

test('a network is trained, step by step and by itself, at another rate', async () => {
  await open('Train');
  // One is where one was.
  assert.is(await reach('Tab'), 'A formula');
  await page.locator('#oneStep:enabled').waitFor();
  await use('oneStep', 'Enter');
  await page.getByText('Step 1: loss').waitFor();
  await use('rate', 'ArrowLeft');
  assert.is(await page.textContent('#rateValue'), '0.0063');
  await use('start', 'Space');
  await page.getByText(/^Step ([3-9]|\d{2,}):/).waitFor();
  await press('Space');
  await page.locator('#oneStep:enabled').waitFor();
  await hasFocus('start');
  await use('The instructions of a step', 'End');
  const scrolled = () => page.evaluate<number>('document.activeElement.scrollTop');
  await until(page, 'the instructions are scrolled', async () => (await scrolled()) > 0);
  await use('again', 'Enter');
  await page.getByText('Before the first step').waitFor();
});

test('all that trains is reached, in its order', checkRounds);

test('a formula is typed, run, and its backward pass watched', async () => {
  await open('A formula');
  await goTo('text');
  await press('Control+A');
  await page.keyboard.type("const w = variable('w', [2], [3, 4]);\nreturn sum(mul(w, w));");
  assert.is(await reach('Tab'), 'run');
  await press('Enter');
  await page.getByText('gradient of w [2]: 6, 8').waitFor();
  await use('Step', 'ArrowRight');
  const first = await page.textContent('#taught output');
  assert.is.not(first, 'the result has the cotangent 1');
  await use('Play', 'Enter');
  await page.locator('#taught output', { hasNotText: first! }).waitFor();
  await press('Space');
  await page.getByRole('button', { name: 'Play' }).waitFor();
});

test('all of a formula is reached, in its order', checkRounds);

runInChromium(test);
