import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import { CHROMIUM, launch } from '../lib/browser.ts';
import { bundle } from '../lib/bundle.ts';
import { type Served, serve } from '../lib/serve.ts';
import { FIREFOX } from './firefox.ts';

/** Runs tests that need Chromium, or says that they are skipped. */
export function runInChromium(tests: ReturnType<typeof suite>): void {
  runWhere(existsSync(CHROMIUM), tests, `there is no ${CHROMIUM}; set CHROMIUM to the path of one`);
}

/** Runs tests that need Firefox, or says that they are skipped. */
export function runInFirefox(tests: ReturnType<typeof suite>): void {
  runWhere(existsSync(FIREFOX), tests, `there is no ${FIREFOX}; set FIREFOX to the path of one`);
}

/** Runs tests where they can run, and else says why they are skipped. */
export function runWhere(canRun: boolean, tests: ReturnType<typeof suite>, why: string): void {
  if (canRun) {
    tests.run();
    return;
  }
  const skipped = suite('the explorer');
  skipped.skip(`SKIP the explorer: ${why}`);
  skipped.run();
  console.log(`SKIP the explorer: ${why}`);
}

/** What a page says on the console, and what it asks of others than its own host. */
export function listenTo(page: Page, address: string): string[] {
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) heard.push(`asks for ${url}`);
  });
  return heard;
}

/** Milliseconds that anything may take on a machine that has other work. */
export const PATIENCE = 120_000;

/** Waits until something that is asked of a page again and again holds; throws, with what was to hold, when patience ends. */
export async function until(page: Page, what: string, holds: () => Promise<boolean>): Promise<void> {
  const last = performance.now() + PATIENCE;
  while (!(await holds())) {
    if (performance.now() > last) throw new Error(`in ${PATIENCE / 1000} s not: ${what}`);
    await page.waitForTimeout(50);
  }
}

/** Waits for as many restorations of the picture that is open. */
export async function restorations(page: Page, count = 1): Promise<void> {
  await page
    .locator('#results tbody tr')
    .nth(count - 1)
    .waitFor({ timeout: PATIENCE });
}

/** The page that the tests of a suite share. */
export interface Shared {
  readonly address: string;
  readonly page: Page;
  /** What `listenTo` hears */
  readonly heard: readonly string[];
}

/** Opens a part of the page before the tests of a suite, hands it on, and closes it after them. */
export function sharePage(
  test: ReturnType<typeof suite>,
  part: '' | '#train',
  begin: (shared: Shared) => void | Promise<void>,
): void {
  let served: Served;
  let browser: Browser;
  test.before(async () => {
    served = await serve(await bundle(), { port: 0 });
    browser = await launch();
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const heard = listenTo(page, served.address);
    await page.goto(`${served.address}${part}`);
    await begin({ address: served.address, page, heard });
  });
  test.after(async () => {
    await browser?.close();
    served?.close();
  });
}
