import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import { bundle } from '../lib/bundle.ts';
import { type Served, serve } from '../lib/serve.ts';
import { FIREFOX } from './firefox.ts';

/** Debian's Chromium, or the one that the environment variable CHROMIUM names. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

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

/** Chromium without a graphics card. */
export const launch = () => launchWith('--disable-gpu');

/** Chromium with WebGPU, by its own imitation of a card. */
export const launchWithGpu = () => launchWith('--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader');

function launchWith(...args: string[]) {
  return chromium.launch({ executablePath: CHROMIUM, args });
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

/** A page of whatever browser. */
interface Evaluates {
  evaluate<T>(expression: string): Promise<T>;
}

/** Has a worker of the page's own program do something, and returns what it answers: its output, or `fault`. */
export function askWorker<T>(page: Evaluates, task: string, input: unknown): Promise<T> {
  return page.evaluate<T>(`(${IN_PAGE})(${JSON.stringify({ task, input }, asLists)})`);
}

/** Typed arrays come to the page, and from it, as lists of numbers. */
function asLists(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value;
}

const IN_PAGE = `({ task, input }) => new Promise((resolve) => {
  const kinds = { data: Float32Array, bytes: Uint8Array };
  const typed = (key, value) => key in kinds ? kinds[key].from(value) : value;
  globalThis.ofTest ??= new Worker('worker.js', { type: 'module' });
  ofTest.onmessage = ({ data }) => {
    if ('share' in data || 'computes' in data) return;
    resolve(JSON.parse(JSON.stringify('fault' in data ? { fault: data.fault } : data.output, ${asLists})));
  };
  ofTest.postMessage({ id: 1, task, input: JSON.parse(JSON.stringify(input ?? {}), typed) });
})`;
