import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { installedModels } from '@nlrn/cli';
import { build } from 'esbuild';

const PAGE = join(import.meta.dirname, '../page');

/** The page's files, by their paths below its address. */
export type Site = ReadonlyMap<string, Uint8Array>;

/** Bundles the page and its worker, and puts the weights that come with the packages beside them. */
export async function bundle(): Promise<Site> {
  return new Map([...still(), ...(await programs()), ...weights()]);
}

function still(): [string, Uint8Array][] {
  return ['index.html', 'style.css'].map((name) => [name, readFileSync(join(PAGE, name))]);
}

/** The programs, and what they share or load only when it is needed. */
async function programs(): Promise<[string, Uint8Array][]> {
  const { outputFiles } = await build({
    entryPoints: { page: join(PAGE, 'main.ts'), worker: join(PAGE, 'worker/worker.ts') },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: '.',
    chunkNames: 'part-[hash]',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles.map(({ path, contents }) => [basename(path), contents]);
}

/** The weights, and a list of them with what they say of themselves. */
function weights(): [string, Uint8Array][] {
  const models = installedModels();
  const list = models.map(({ path, bytes, ...model }) => ({ ...model, file: basename(path) }));
  return [
    ['weights/models.json', Buffer.from(JSON.stringify(list))],
    ...models.map(({ path }): [string, Uint8Array] => [`weights/${basename(path)}`, readFileSync(path)]),
  ];
}
