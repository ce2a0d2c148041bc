import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { installedModels } from '@nlrn/cli';
import { kernelFiles } from '@nlrn/tensor/node';
import { type BuildOptions, build } from 'esbuild';
import { gpuJsForPages } from './gpuJs.ts';

const PAGE = join(import.meta.dirname, '../page');

/** The page's files, by their paths below its address. */
export type Site = ReadonlyMap<string, Uint8Array>;

type File = readonly [path: string, contents: Uint8Array];

/**
 * Bundles the page and its worker, puts the weights that come with the packages beside them, and what keeps all of these for
 * when there is no network.
 */
export async function bundle(): Promise<Site> {
  const files = [...still(), ...(await programs()), ...(await kernelFiles()), ...weights()];
  return new Map([...files, ...(await keeper(files))]);
}

function still(): File[] {
  return ['index.html', 'style.css'].map((name) => [name, readFileSync(join(PAGE, name))]);
}

/** The page's program and its worker's: two bundles, as the page, which computes nothing, is shown sooner if it is small. */
async function programs(): Promise<File[]> {
  const page = await built({ entryPoints: { page: join(PAGE, 'main.ts') } });
  const worker = await built({
    entryPoints: { worker: join(PAGE, 'worker/worker.ts') },
    // What is needed only sometimes is loaded only then.
    splitting: true,
    chunkNames: 'part-[hash]',
    plugins: [gpuJsForPages],
  });
  return [...page, ...worker];
}

/** The service worker, which knows the other files and has another version for others. */
function keeper(files: readonly File[]): Promise<File[]> {
  const hash = createHash('sha256');
  for (const [path, contents] of files) hash.update(`${path}\0`).update(contents);
  // The empty path is the page's address.
  const paths = ['', ...files.map(([path]) => path)];
  return built({
    entryPoints: { offline: join(PAGE, 'offline.ts') },
    define: { FILES: JSON.stringify(paths), VERSION: JSON.stringify(hash.digest('hex')) },
  });
}

async function built(options: BuildOptions): Promise<File[]> {
  const { outputFiles = [] } = await build({
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: '.',
    write: false,
    logLevel: 'silent',
    ...options,
  });
  return outputFiles.map(({ path, contents }) => [basename(path), contents]);
}

/** The weights of networks that remove noise, as the page enlarges nothing, and a list of them with what they say of themselves. */
function weights(): File[] {
  const models = installedModels().filter(({ scales }) => scales === undefined);
  const list = models.map(({ path, bytes, ...model }) => ({ ...model, file: basename(path) }));
  return [
    ['weights/models.json', Buffer.from(JSON.stringify(list))],
    ...models.map(({ path }): File => [`weights/${basename(path)}`, readFileSync(path)]),
  ];
}
