import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describeMachine } from '@nlrn/cli';
import { generateImage, type Image, noisyVersion } from '@nlrn/data';
import { askWorker, launch } from '@nlrn/explorer/browser';
import { bundle } from '@nlrn/explorer/bundle';
import { serve } from '@nlrn/explorer/serve';
import { replaceFile } from '@nlrn/files';
import { createNetwork, DNCNN_S_CONFIG } from '@nlrn/networks';
import { createRestorer, weightsBytes, weightsOfSeed } from '@nlrn/nn';
import { input, wasmBackend } from '@nlrn/tensor';
import type { Browser, Page } from 'playwright-core';
import { ONNXRUNTIME_VERSION, onnxRuntimeWebFiles } from '../lib/onnxruntime.ts';
import { rounded } from '../lib/results.ts';
import { median } from '../lib/row.ts';
import { machineSlug } from '../lib/slug.ts';
import { onnxOf } from '../peers/onnxGraph.ts';
import { onnxModel } from '../peers/onnxModel.ts';
import { type Took, timed } from './browserTime.ts';

/** A measurement, and what it is of. */
interface Measured extends Took {
  readonly what: string;
}

const SIDE = 256;
const LARGE = 1024;
const SIGMA = 25;

/** Milliseconds that a restoration may take on a machine that has other work. */
const PATIENCE = 300_000;

const noisy = (side: number): Image =>
  noisyVersion(
    { name: 'bench', image: generateImage('mixed', { width: side, height: side, seed: 1 }) },
    SIGMA,
    0,
  );

/**
 * Times the explorer in Chromium: its first restoration from a cold start, a megapixel, and DnCNN in Chromium, in Node and by
 * onnxruntime-web in Chromium, in turn. Prints a line for each, and writes results/bench/explorer-<machine>.json.
 */
export async function measureExplorer(rounds: number): Promise<void> {
  const image = noisy(SIDE);
  const files = new Map([...(await bundle()), ...onnxSite(image)]);
  const served = await serve(files, { port: 0 });
  try {
    const cold = await repeated(rounds, () => firstRestoration(served.address));
    const rows = [row(`first restoration, ${SIDE} x ${SIDE}, from a cold start of the browser`, cold)];
    const browser = await launch();
    const page = await browser.newPage();
    await page.goto(`${served.address}#formula`);
    rows.push(...(await dncnnRows(browser, page, { address: served.address, image, rounds })));
    rows.push(row('a megapixel by the best network', [await megapixel(page, undefined)]));
    rows.push(row('a megapixel by fast BM3D', [await megapixel(page, 'bm3d-fast')]));
    await browser.close();
    console.log(`wrote ${write(rows)}`);
  } finally {
    served.close();
  }
}

/** The medians of some runs, which are printed, too. */
function row(what: string, runs: readonly Took[]): Measured {
  const seconds = median(runs.map(({ seconds }) => seconds));
  const cores = runs.flatMap(({ coreSeconds }) => coreSeconds ?? []);
  const coreSeconds = cores.length > 0 ? median(cores) : undefined;
  const told = coreSeconds === undefined ? '' : `, ${coreSeconds.toFixed(2)} core-seconds`;
  console.log(`${what}: ${seconds.toFixed(2)} s${told}`);
  return { what, seconds, coreSeconds };
}

async function repeated(rounds: number, work: () => Promise<Took>): Promise<Took[]> {
  const runs: Took[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await work());
  return runs;
}

/** From the page's address to the restored picture, in a browser that has never seen it. */
async function firstRestoration(address: string): Promise<Took> {
  const browser = await launch();
  const page = await browser.newPage();
  const took = await timed(async () => {
    await page.goto(address);
    await page.locator('#results tbody tr').waitFor({ timeout: PATIENCE });
  });
  await browser.close();
  return took;
}

async function megapixel(page: Page, method: string | undefined): Promise<Took> {
  const given = { noisy: noisy(LARGE), method, sigma: SIGMA };
  let milliseconds = 0;
  const { coreSeconds } = await timed(async () => {
    ({ milliseconds } = await askWorker<{ milliseconds: number }>(page, 'restore', given));
  });
  return { seconds: milliseconds / 1000, coreSeconds };
}

/** A restored picture, and the milliseconds that it took, without what handing it over takes. */
interface Run {
  readonly milliseconds: number;
  readonly restored: ArrayLike<number>;
}

/** Float32: the sums are added in other orders. */
const TOLERANCE = 1e-4;

/** DnCNN by each contestant in turn; throws Error unless all restore the same. */
async function dncnnRows(
  browser: Browser,
  page: Page,
  { address, image, rounds }: { address: string; image: Image; rounds: number },
): Promise<Measured[]> {
  const backend = await wasmBackend();
  const network = dncnn();
  const restore = createRestorer(network, backend);
  const bytes = await weightsBytes({ network, config: DNCNN_S_CONFIG, backend });
  await askWorker(page, 'addModel', { name: 'dncnn', bytes });
  const onnx = await browser.newPage();
  await onnx.goto(`${address}${ONNX_PAGE}`);
  const contestants: Readonly<Record<string, () => Promise<Run>>> = {
    'ours in Chromium': async () => {
      const given = { noisy: image, method: 'dncnn', sigma: SIGMA };
      const ours = await askWorker<{ milliseconds: number; restored: Image }>(page, 'restore', given);
      return { milliseconds: ours.milliseconds, restored: ours.restored.data };
    },
    'ours in Node': async () => {
      const start = performance.now();
      const { data } = await restore(image);
      return { milliseconds: performance.now() - start, restored: data };
    },
    [`onnxruntime-web ${ONNXRUNTIME_VERSION} in Chromium`]: () => onnx.evaluate<Run>('globalThis.restore()'),
  };
  const runs = new Map(Object.keys(contestants).map((name) => [name, [] as Took[]]));
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const restored: ArrayLike<number>[] = [];
    for (const [name, contestant] of Object.entries(contestants)) {
      const { run, took } = await timedRun(contestant);
      restored.push(run.restored);
      if (round > 0) runs.get(name)!.push(took);
    }
    for (const other of restored) checkSame(other, restored[0]!);
  }
  await backend.dispose();
  return [...runs].map(([name, took]) => row(`DnCNN-S, ${SIDE} x ${SIDE}, ${name}`, took));
}

/** What a run took; the cores' time is that of the browser, and of this process, which only hands over what is done there. */
async function timedRun(contestant: () => Promise<Run>): Promise<{ run: Run; took: Took }> {
  const before = process.cpuUsage();
  let run: Run | undefined;
  const { coreSeconds: others } = await timed(async () => {
    run = await contestant();
  });
  const { user, system } = process.cpuUsage(before);
  const coreSeconds = others === undefined ? undefined : others + (user + system) / 1e6;
  return { run: run!, took: { seconds: run!.milliseconds / 1000, coreSeconds } };
}

function dncnn() {
  return createNetwork(DNCNN_S_CONFIG, weightsOfSeed(0));
}

function checkSame(a: ArrayLike<number>, b: ArrayLike<number>): void {
  const largest = Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
  if (!(largest < TOLERANCE)) throw new Error(`DnCNN restores otherwise elsewhere: by ${largest}`);
}

const ONNX_PAGE = 'onnx.html';

/** A page in which onnxruntime-web restores the image by the same network, on as many threads as there are cores. */
function onnxSite(image: Image): [string, Uint8Array][] {
  const { output } = dncnn().forward(input('noisy', [1, SIDE, SIDE, 1]), 'infer');
  const { graph } = onnxOf({ graph: { outputs: { output } }, feeds: { noisy: image.data } });
  const [given, result] = [graph.inputs[0]!.name, graph.outputs[0]!.name];
  const page = `<!doctype html><link rel="icon" href="data:,"><script type="module">
import * as onnx from './onnx/ort.wasm.min.mjs';
onnx.env.wasm.numThreads = navigator.hardwareConcurrency;
const session = onnx.InferenceSession.create('onnx/dncnn.onnx', { executionProviders: ['wasm'] });
const noisy = new onnx.Tensor('float32', Float32Array.from(${JSON.stringify([...image.data])}), [1, 1, ${SIDE}, ${SIDE}]);
globalThis.restore = async () => {
  const opened = await session;
  const start = performance.now();
  const { ${result}: { data } } = await opened.run({ ${given}: noisy });
  return { milliseconds: performance.now() - start, restored: [...data] };
};
</script>`;
  return [
    [ONNX_PAGE, Buffer.from(page)],
    ['onnx/dncnn.onnx', onnxModel(graph)],
    ...onnxRuntimeWebFiles().map(([name, contents]): [string, Uint8Array] => [`onnx/${name}`, contents]),
  ];
}

const ROOT = join(import.meta.dirname, '../..');

function write(rows: readonly Measured[]): string {
  const machine = describeMachine();
  const path = join(ROOT, 'results/bench', `explorer-${machineSlug(machine)}.json`);
  mkdirSync(dirname(path), { recursive: true });
  const results = { date: new Date().toISOString(), ...machine, onnxruntimeWeb: ONNXRUNTIME_VERSION, rows };
  replaceFile(path, [Buffer.from(`${JSON.stringify(results, rounded, 2)}\n`)]);
  return relative(ROOT, path);
}
