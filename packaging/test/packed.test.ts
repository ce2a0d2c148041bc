// Slow: builds and installs the packages, opens a browser.

/** The packages as others have them: packed, installed in an empty project, run by Node, and bundled for a browser. */
import { copyFileSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateImage, noisyVersion, psnr } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf, PACKAGES, ROOT } from '../packages.ts';
import type { Outcome } from './page.ts';
import { packedProject, run } from './project.ts';
import { type PageServer, servePage } from './server.ts';

const packed = suite('packed');
let project: string;
/** The losses of Node, with relaxed SIMD and without. */
let inNode: { readonly relaxed: number[]; readonly plain: number[] };

packed.before(async () => {
  project = await packedProject();
  for (const file of ['nodeTraining.ts', 'training.ts', 'page.ts'])
    copyFileSync(join(import.meta.dirname, file), join(project, file));
  for (const file of ['leastSquares.ts', 'denoise.ts'])
    copyFileSync(join(ROOT, 'examples', file), join(project, file));
});

packed("the README's example prints what the README says, and no warning", async () => {
  const [, expected] = /```text\n(.*?)```/s.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))!;
  assert.is(await run(process.execPath, ['leastSquares.ts'], project), expected);
});

packed('the example that restores a picture does so with the weights of the package', async () => {
  assert.match(
    await run(process.execPath, ['denoise.ts'], project),
    /^trained for sigma 25: .* restored 26\.3 dB\n$/,
  );
});

for (const name of PACKAGES) {
  const [, code, printed = ''] =
    /```ts\n(.*?)```\n(?:\n```text\n(.*?)```)?/s.exec(
      readFileSync(join(folderOf(name), 'README.md'), 'utf8'),
    ) ?? [];
  if (code === undefined) continue;
  packed(`the example in the readme of ${name} runs, and prints what stands there`, async () => {
    const image = generateImage('facade', { width: 48, height: 32, seed: 1 });
    writePng(join(project, 'noisy.png'), noisyVersion({ name: 'facade', image }, 25, 0));
    writeFileSync(join(project, 'readme.ts'), code);
    assert.is(await run(process.execPath, ['readme.ts'], project), printed);
    if (name === 'nlrn') assert.ok(psnr(image, readPng(join(project, 'clean.png'))) > 22);
  });
}

packed("a wrong shape is told with the caller's line, in a bundle without one", async () => {
  const program = `import { input, matmul } from '@nlrn/tensor';
try {
  matmul(input('a', [2]), input('b', [2]));
} catch ({ message }) {
  console.log(message);
}`;
  writeFileSync(join(project, 'wrongShape.mjs'), program);
  const said = (file: string) => run(process.execPath, [file], project);
  assert.match(await said('wrongShape.mjs'), /^matmul: .* \(at wrongShape\.mjs:3\)\n$/);
  await build({
    entryPoints: [join(project, 'wrongShape.mjs')],
    outfile: join(project, 'bundled.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    external: ['gpu.js', 'webgpu'],
  });
  assert.not.match(await said('bundled.mjs'), /\(at /);
});

for (const format of ['esm', 'cjs'] as const) {
  packed(`bundled for Node as ${format}, the wasm backend has its threads`, async () => {
    const program = `import { input, mul, wasmBackend } from '@nlrn/tensor';
import { kernelFiles } from '@nlrn/tensor/node';
(async () => {
  const backend = await wasmBackend({ threads: 2 });
  const { y } = await backend.compile({ outputs: { y: mul(input('x', [2]), 2) } }).run({ x: [1, 2] });
  console.log(...y, (await kernelFiles()).length);
  await backend.dispose();
})();`;
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: project },
      bundle: true,
      format,
      platform: 'node',
      logLevel: 'silent',
      write: false,
    });
    const elsewhere = join(temporaryFolder(), `bundled.${format === 'esm' ? 'mjs' : 'cjs'}`);
    writeFileSync(elsewhere, outputFiles[0]!.text);
    assert.is(await run(process.execPath, [elsewhere], project), '2 4 2\n');
  });
}

/** Checks the types of a file in the project; returns the faults. */
function checkTypes(file: string, options: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const compilerOptions = {
    module: 'nodenext',
    target: 'ES2022',
    lib: ['ES2024', 'DOM'],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    ...options,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  return run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', project], project);
}

packed('types resolve: those of the engine all by themselves', async () => {
  assert.is(await checkTypes('leastSquares.ts'), '');
});

packed('types resolve: those of all packages, without those of Node', async () => {
  const entries = PACKAGES.map((name) => `@nlrn/${name}`).concat('@nlrn/data/node', '@nlrn/tensor/node');
  writeFileSync(
    join(project, 'all.ts'),
    entries.map((name, i) => `export * as all${i} from '${name}';`).join('\n'),
  );
  assert.is(await checkTypes('all.ts'), '');
});

packed('types resolve: those of the backend for graphics cards, without those of gpu.js', async () => {
  assert.is(await checkTypes('page.ts', { skipLibCheck: true }), '');
});

packed('types resolve: those of the same backend, where there are none of WebGPU', async () => {
  writeFileSync(join(project, 'gpuJs.d.ts'), "declare module 'gpu.js' { export type GPU = object; }");
  writeFileSync(
    join(project, 'mode.ts'),
    `/// <reference path="./gpuJs.d.ts" />
import { openMode } from '@nlrn/tensor/gpujs';
export const device: object | undefined = (await openMode('cpu')).device;`,
  );
  assert.is(await checkTypes('mode.ts', { lib: ['ES2024'] }), '');
});

packed('a package holds what is needed and nothing else, and all that it exports', () => {
  const needed = /^(dist\/.*\.(js|d\.ts|js\.map)|build\/\w+\.js|weights\/.*|package\.json|README\.md)$/;
  for (const name of PACKAGES) {
    const installed = join(project, 'node_modules/@nlrn', name);
    const files = globSync('**/*.*', { cwd: installed }).map((file) => file.replaceAll('\\', '/'));
    assert.equal(
      files.filter((file) => !needed.test(file)),
      [],
    );
    for (const file of files.filter((name) => name.endsWith('.d.ts')))
      assert.not.match(
        readFileSync(join(installed, file), 'utf8'),
        /(from |import\()['"]\.[^'"]*\.ts['"]/,
        file,
      );
    const { exports, imports = {} } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const exported = JSON.stringify([exports, imports]).matchAll(/"\.\/(dist\/[^"]+)"/g);
    for (const [, path] of exported) assert.ok(files.includes(path!), `${name} exports ${path}`);
    assert.ok(existsSync(join(installed, 'LICENSE')), `${name} has its licence`);
  }
});

packed('a small NLRN is trained', async () => {
  inNode = JSON.parse(await run(process.execPath, ['nodeTraining.ts'], project));
  assert.is(inNode.relaxed.length, 50);
  assert.ok(inNode.relaxed.at(-1)! < 0.5 * inNode.relaxed[0]!, 'it learns');
  assertClose(inNode.plain, inNode.relaxed);
});

/** Kernels that round differently, in 50 steps. */
const TOLERANCE = 1e-5;

function assertClose(losses: readonly number[], expected: readonly number[]): void {
  assert.is(losses.length, expected.length);
  losses.forEach((loss, i) => {
    assert.ok(Math.abs(loss - expected[i]!) < TOLERANCE, `step ${i + 1}: ${loss}, expected ${expected[i]}`);
  });
}

packed.run();

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The imitation takes a second a step where others want the processor, too. */
const STEPS_ON_GPU = 10;

/** WebGPU by Chromium's own program that imitates a graphics card. */
const IMITATED_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

if (existsSync(CHROMIUM)) testBrowser();
else
  console.log(
    `SKIP packages in a browser: there is no ${CHROMIUM}; name one by the environment variable CHROMIUM`,
  );

function testBrowser(): void {
  const test = suite(`bundled, in ${CHROMIUM}`);
  let server: PageServer;
  let browser: Browser;

  test.before(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(project, 'page.ts')],
      bundle: true,
      format: 'iife',
      write: false,
      nodePaths: [join(ROOT, 'packaging/node_modules')],
      logLevel: 'silent',
    });
    server = await servePage(outputFiles[0]!.text);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, '--disable-gpu'] });
  });

  test.after(async () => {
    await browser?.close();
    server?.close();
  });

  /** What a page computes that is isolated or not, once `prepare` has been run in it. */
  async function outcomeIn(isolated: boolean, prepare = ''): Promise<Outcome> {
    const { page, heard } = await open(browser, server.address(isolated), prepare);
    const outcome = await page.evaluate<Outcome>('onWasm()');
    assert.equal(heard, []);
    await page.close();
    return outcome;
  }

  test('the bundle changes nothing in a page by being there, but for the functions of the test', async () => {
    const { page, heard } = await open(browser, server.address(false), REMEMBER_GLOBALS);
    assert.equal(await page.evaluate(CHANGED_GLOBALS), ['onWasm', 'onGpu']);
    assert.equal(heard, []);
    await page.close();
  });

  test('in an isolated page there are as many threads as cores, and the bits are those of Node', async () => {
    const { description, losses } = await outcomeIn(true);
    assert.match(description, /^wasm \(\d+ threads?\)$/);
    assert.equal(losses, inNode.relaxed);
  });

  test('in one that is not isolated there is one thread, and the same bits', async () => {
    assert.equal(await outcomeIn(false), { description: 'wasm (1 thread)', losses: inNode.relaxed });
  });

  test('without relaxed SIMD the bits are those of Node without it', async () => {
    // Chromium has no flag for it any more.
    const { losses } = await outcomeIn(true, 'WebAssembly.validate = () => false');
    assert.equal(losses, inNode.plain);
  });

  test('WebGPU gives the same losses, nearly', async () => {
    const withGpu = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...IMITATED_GPU] });
    const { page } = await open(withGpu, server.address(false), '');
    const outcome = await page.evaluate<Outcome | string>(`onGpu(${STEPS_ON_GPU}).catch(String)`);
    await withGpu.close();
    if (typeof outcome === 'string') return console.log(`SKIP WebGPU in a browser: ${outcome}`);
    assert.match(outcome.description, /^gpujs webgpu \(/);
    // When it is stopped, the next step is on its way.
    assertClose(outcome.losses, inNode.relaxed.slice(0, STEPS_ON_GPU + 1));
  });

  test.run();
}

/** Scripts for a page: its globals before all others, and then those that are new or others, but for zod's. */
const REMEMBER_GLOBALS = 'globalThis.remembered = Object.getOwnPropertyDescriptors(globalThis)';
const CHANGED_GLOBALS = `Object.entries(Object.getOwnPropertyDescriptors(globalThis))
  .filter(([name, { value, get }]) => name !== 'remembered' && !name.startsWith('__zod_') &&
    !(name in remembered && Object.is(remembered[name].value, value) && remembered[name].get === get))
  .map(([name]) => name)`;

/** Opens a page; what it says on the console and what it asks for beside its script is collected. */
async function open(browser: Browser, address: string, prepare: string) {
  const page: Page = await browser.newPage();
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (![address, `${address}page.js`].includes(request.url()) && !/^(data|blob):/.test(request.url()))
      heard.push(`asks for ${request.url()}`);
  });
  await page.addInitScript(prepare);
  await page.goto(address);
  return { page, heard };
}
