// Slow: opens a browser.

/** The page whose host is gone, and the page of a host that does not isolate it, or that redirects. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM, launch } from '../lib/browser.ts';
import { bundle, type Site } from '../lib/bundle.ts';
import { serve } from '../lib/serve.ts';
import { restorations, runInChromium, until } from './inBrowser.ts';
import { SMALL_MODEL } from './inNode.ts';

const test = suite(`without network in ${CHROMIUM}`);
let site: Site;
let browser: Browser;

test.before(async () => {
  site = await bundle();
  browser = await launch();
});

test.after(async () => {
  await browser?.close();
});

/** Another version's name. */
const VERSION = 'f'.repeat(64);

const isKept = (page: Page) => page.getByText('It works without network, too.').waitFor({ timeout: 60_000 });

/** Waits until the browser keeps these alone, and nothing else. */
function areKept(page: Page, names: readonly string[]): Promise<void> {
  const kept = () => page.evaluate<string[]>('caches.keys()');
  return until(page, `${names} are what is kept`, async () => (await kept()).sort().join() === names.join());
}

test('once loaded it needs its host no more: not for another network, and not to be loaded again', async () => {
  const host = await serve(site, { port: 0 });
  const page = await browser.newPage();
  await page.goto(host.address);
  await restorations(page);
  await isKept(page);
  host.close();
  await page.selectOption('#method', SMALL_MODEL);
  await page.click('#go');
  await restorations(page, 2);
  assert.is(await page.isVisible('#fault'), false);

  await page.reload();
  await restorations(page);
  assert.match((await page.locator('#results tbody tr').textContent())!, /^nlrn-/);
  assert.is(await page.evaluate('crossOriginIsolated'), true);
  assert.match((await page.textContent('#backend'))!, /^Computed by wasm \(\d+ threads?\)\.$/);
  await page.close();
});

test('on a host that sends no headers it is isolated from the second visit on', async () => {
  const host = await serve(site, { port: 0, headers: {} });
  const page = await browser.newPage();
  await page.goto(`${host.address}#formula`);
  assert.is(await page.evaluate('crossOriginIsolated'), false);
  await isKept(page);
  await page.reload();
  const { cores, threads } = await page.evaluate<{ cores: number; threads: boolean }>(
    '({ cores: navigator.hardwareConcurrency, threads: crossOriginIsolated })',
  );
  assert.is(threads, true);
  await page.getByText(`Computed by wasm (${cores} thread`).waitFor();
  host.close();
  await page.reload();
  assert.is(await page.evaluate('crossOriginIsolated'), true);
  await page.getByText(`Computed by wasm (${cores} thread`).waitFor();
  await page.close();
});

test('another version of the page is seen at once, and takes the place of the first, and not that of another page below it', async () => {
  const first = await serve(site, { port: 0 });
  const page = await browser.newPage();
  await page.goto(`${first.address}#formula`);
  await isKept(page);
  const before = await page.evaluate<string[]>('caches.keys()');
  assert.is(before.length, 1);
  const below = `explorer ${first.address}below/ ${'0'.repeat(64)}`;
  await page.evaluate(`caches.open('${below}')`);
  first.close();
  const index = Buffer.from(Buffer.from(site.get('index.html')!).toString().replace('<h1>', '<h1>Anew: '));
  const program = Buffer.from(site.get('offline.js')!)
    .toString()
    .replaceAll(/[0-9a-f]{64}/g, VERSION);
  const other = new Map([...site, ['index.html', index], ['offline.js', Buffer.from(program)]]);
  const second = await serve(other, { port: Number(new URL(first.address).port) });
  await page.reload();
  await page.getByText('Anew: Restore a picture').waitFor();
  await areKept(page, [`explorer ${first.address} ${VERSION}`, below]);
  second.close();
  await page.reload();
  await page.getByText('Anew: Restore a picture').waitFor();
  await page.close();
});

test('a host may redirect index.html to the page', async () => {
  const plain = await serve(site, { port: 0 });
  const host = createServer(async ({ url }, response) => {
    if (url === '/index.html') return void response.writeHead(301, { Location: '/' }).end();
    const answer = await fetch(new URL(url!, plain.address));
    response.writeHead(200, { 'Content-Type': answer.headers.get('Content-Type')! });
    response.end(await answer.bytes());
  });
  await new Promise<void>((resolve) => host.listen(0, 'localhost', resolve));
  const address = `http://localhost:${(host.address() as AddressInfo).port}/`;
  const page = await browser.newPage();
  for (let visit = 0; visit < 2; visit++) {
    await page.goto(`${address}index.html#formula`);
    assert.is(page.url(), `${address}#formula`);
    await isKept(page);
  }
  await page.close();
  host.close();
  host.closeAllConnections();
  plain.close();
});

runInChromium(test);
