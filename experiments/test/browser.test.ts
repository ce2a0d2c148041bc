// Slow: opens a browser.

/** The report page in a real browser: Debian's Chromium, or the one that the environment variable CHROMIUM names. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateImage } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RESULTS } from '../lib/results.ts';
import { reportPage } from '../report/page.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE, runsOf } from './madeUp.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PHONE = 390;
const TABLET = 768;
const LAPTOP = 1200;
const DESK = 1400;

/** Pixels of a page on a phone, with its five tables and figures. */
const LONGEST = 15_000;

/** The share of the page that has something at its right: the rest is the ends of lines and space between. */
const FILLED = 0.5;

/** WCAG 2.2, 1.4.3 and 1.4.11: contrast with what lies behind. */
const CONTRAST = { text: 4.5, sign: 3 };

const folder = temporaryFolder();

/** A page with everything that there can be, long words among it. */
function madeUpPage(): string {
  const path = join(folder, 'picture.png');
  writePng(path, generateImage('leaves', { width: 64, height: 64, seed: 1 }));
  const picture = { image: readPng(path), address: 'data:image/png;base64,' };
  const crop = { image: 'leaves.png', noisy: 'crops/n.png', restored: 'crops/r.png', truth: 'crops/t.png' };
  const environment = {
    command: `pnpm exp all --train ${'very/'.repeat(40)}deep`,
    cpu: 'A processor '.repeat(9),
  };
  const runs = [...runsOf(MADE_UP_TABLE), ...runsOf(MADE_UP_FIGURE)].map((run) => ({
    ...run,
    crops: [crop],
    environment: { ...run.environment, ...environment },
  }));
  return reportPage({
    preset: 'quick',
    experiments: [MADE_UP_TABLE, MADE_UP_FIGURE],
    runs,
    faults: [`quick/runs/${'long-'.repeat(30)}.json: is damaged (Unexpected <token>)`],
    readPicture: () => picture,
    mapped: ['generated', 'set12'],
  });
}

mkdirSync(join(folder, 'page'));
writeFileSync(join(folder, 'page', 'index.html'), madeUpPage());

/** The made-up page, and those that are committed. */
const PAGES = [
  join(folder, 'page', 'index.html'),
  ...readdirSync(RESULTS)
    .map((preset) => join(RESULTS, preset, 'index.html'))
    .filter((path) => existsSync(path)),
];

const test = suite(`in ${CHROMIUM}`);
let browser: Browser;

/** Opens a page; what it asks of the network and what it says on the console are collected. */
async function open(path: string, { width, scheme }: { width: number; scheme: 'light' | 'dark' }) {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
  const address = pathToFileURL(path).href;
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:'))
      heard.push(`asks for ${request.url()}`);
  });
  await page.addInitScript({ path: join(import.meta.dirname, 'pageChecks.js') });
  await page.goto(address);
  return { page, heard };
}

/** The same with everything unfolded. */
async function unfolded(path: string, options: Parameters<typeof open>[1]): ReturnType<typeof open> {
  const opened = await open(path, options);
  await opened.page.evaluate('pageChecks.unfold()');
  return opened;
}

const beyondEdge = (page: Page) => page.evaluate<string[]>('pageChecks.beyondEdge()');

const faint = (page: Page) => page.evaluate<string[]>(`pageChecks.faint(${JSON.stringify(CONTRAST)})`);

test.before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});

test.after(() => browser.close());

for (const path of PAGES) {
  const name = path.replace(`${RESULTS}/`, '').replace(`${folder}/`, 'made-up ');

  for (const [width, shown, hidden] of [
    [PHONE, '.narrow', '.wide'],
    [TABLET, '.wide', '.narrow'],
    [DESK, '.wide', '.narrow'],
  ] as const) {
    for (const scheme of ['light', 'dark'] as const) {
      test(`${name}, ${width} pixels, ${scheme}: nothing beyond the edge, nothing faint, nothing loaded`, async () => {
        const { page, heard } = await unfolded(path, { width, scheme });
        assert.equal(await beyondEdge(page), []);
        assert.equal(await faint(page), []);
        assert.equal(heard, []);
        assert.ok(await page.locator(`${shown} svg`).first().isVisible());
        assert.not.ok(await page.locator(`${hidden} svg`).first().isVisible());
        await page.close();
      });
    }
  }

  test(`${name}: tables are tables, pictures have words, on a phone, too`, async () => {
    for (const width of [PHONE, DESK]) {
      const { page } = await unfolded(path, { width, scheme: 'light' });
      const tables = await page.locator('table').count();
      assert.is(await page.getByRole('table').count(), tables);
      assert.is(await page.getByRole('rowheader').count(), await page.locator('tbody th').count());
      assert.is(await page.locator('img:not([alt]), img[alt=""], svg:not([aria-label])').count(), 0);
      assert.is(await page.locator('script').count(), 0);
      await page.close();
    }
  });

  // A comparison finds nothing: its first screen is a table.
  if (!name.startsWith('comparisons/'))
    test(`${name}: the first screen has the findings, also on a phone`, async () => {
      for (const [width, height] of [
        [PHONE, 844],
        [DESK, 800],
      ] as const) {
        const { page } = await open(path, { width, scheme: 'light' });
        const lines = await page.locator('.glance > p').allTextContents();
        const first = lines.findIndex((line) => /^(Lower|Higher|May be chance|One seed)/.test(line));
        assert.ok(first >= 0);
        const bottom = await page.evaluate<number>(
          `pageChecks.bottomOf('.glance > p:nth-child(${first + 1})')`,
        );
        assert.ok(bottom <= height, `${width} pixels: ends at ${bottom}`);
        await page.close();
      }
    });

  test(`${name}: short on a phone, full at ${LAPTOP} pixels`, async () => {
    const phone = await open(path, { width: PHONE, scheme: 'light' });
    const length = await phone.page.evaluate<number>('document.documentElement.scrollHeight');
    assert.ok(length <= LONGEST, `${length} pixels long`);
    await phone.page.close();
    const { page } = await open(path, { width: LAPTOP, scheme: 'light' });
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width: LAPTOP, height });
    for (const share of [0.7, 0.8, 0.9]) {
      const filled = await page.evaluate<number>(`pageChecks.filled(${share})`);
      assert.ok(filled >= FILLED, `at ${share} of the width ${filled.toFixed(2)} of the page`);
    }
    await page.close();
  });

  test(`${name}: on a phone extra columns are shown where they are unfolded`, async () => {
    const { page } = await open(path, { width: PHONE, scheme: 'light' });
    const extra = page.locator('td.extra:not(.empty)').first();
    assert.is(await extra.isVisible(), false);
    await page.evaluate('pageChecks.unfold()');
    assert.is(await extra.isVisible(), true);
    await page.close();
  });

  test(`${name}: what a drawing shows is said above it`, async () => {
    const { page } = await unfolded(path, { width: DESK, scheme: 'light' });
    const captions = page.locator('figure > figcaption');
    assert.ok((await captions.count()) > 0);
    assert.is(await page.locator('figure > figcaption:not(:first-child)').count(), 0);
    await page.close();
  });

  test(`${name}: prints on paper`, async () => {
    const { page, heard } = await open(path, { width: DESK, scheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    // Nobody unfolds paper.
    for (const folded of await page.locator('details svg, details table').all())
      assert.ok(await folded.isVisible());
    const pdf = await page.pdf({
      format: 'A4',
      margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' },
    });
    assert.is(pdf.subarray(0, 5).toString(), '%PDF-');
    // 180 mm of paper between the margins, at 96 pixels an inch
    await page.setViewportSize({ width: 680, height: 1000 });
    assert.equal(await beyondEdge(page), []);
    assert.equal(await faint(page), []);
    assert.equal(heard, []);
    await page.close();
  });
}

if (existsSync(CHROMIUM)) {
  test.run();
} else {
  const skipped = suite(`no ${CHROMIUM}`);
  skipped.skip('SKIP the report page in a browser: set CHROMIUM to the path of one');
  skipped.run();
  console.log(`SKIP the report page in a browser: there is no ${CHROMIUM}; set CHROMIUM to the path of one`);
}
