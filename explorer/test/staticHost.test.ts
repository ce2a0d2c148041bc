// Slow: opens a browser.

/** What `--build` writes, on a host that knows nothing of it: Python's, below a path, without the headers that isolate a page. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runCommand } from '@nlrn/cli';
import { temporaryFolder } from '@nlrn/files/test';
import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exploreCli } from '../exploreCli.ts';
import { CHROMIUM, launch } from '../lib/browser.ts';
import { listenTo, PATIENCE, restorations, runInChromium, runWhere } from './inBrowser.ts';

const PATH = 'foo/bar/';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const test = suite(`on a static host in ${CHROMIUM}`);
let host: ChildProcess;
let address: string;
let browser: Browser;

test.before(async () => {
  const folder = temporaryFolder();
  await runCommand(exploreCli, ['--build', join(folder, PATH)]);
  const options = ['--bind', '127.0.0.1', '--directory', folder];
  host = spawn('python3', ['-u', '-m', 'http.server', '0', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = (await once(createInterface({ input: host.stdout! }), 'line')) as [string];
  address = `http://127.0.0.1:${/port (\d+)/.exec(said)![1]}/${PATH}`;
  browser = await launch();
});

test.after(async () => {
  await browser?.close();
  host?.kill();
});

test('it restores with one thread and says so, then with all, and goes on when the host is gone', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const heard = listenTo(page, address);
  await page.goto(address);
  await restorations(page);
  assert.is(await page.evaluate('crossOriginIsolated'), false);
  assert.is(await page.textContent('#backend'), 'Computed by wasm (1 thread).');
  assert.is(await page.isVisible('#fault'), false);
  assert.equal(heard, []);

  await page.getByText('It works without network, too.').waitFor();
  host.kill();
  await once(host, 'exit');
  await page.reload();
  await restorations(page);
  const cores = await page.evaluate<number>('navigator.hardwareConcurrency');
  assert.match(
    (await page.textContent('#backend'))!,
    new RegExp(`^Computed by wasm \\(${cores} threads?\\)\\.$`),
  );
  await page.click('nav a[href="#train"]');
  await page.getByText('Before the first step').waitFor();
  assert.is(await page.isVisible('#fault'), false);
});

if (hasPython) runInChromium(test);
else runWhere(false, test, 'there is no python3');
