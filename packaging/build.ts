/**
 * `pnpm build:packages`: makes the folder `dist` of each package that can be installed elsewhere: JavaScript, types, source
 * maps with the sources in them.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { helpOnly } from '@nlrn/cli';
import { folderOf, PACKAGES } from './packages.ts';

const USAGE = `pnpm build:packages

Compiles the packages that can be installed elsewhere to their folders dist; "pnpm -r pack" then packs them.`;

/** Where the compiler puts the packages, side by side. */
const COMPILED = join(import.meta.dirname, 'build');

if (!helpOnly(USAGE)) process.exitCode = compile() ? finish() : 1;

function compile(): boolean {
  rmSync(COMPILED, { recursive: true, force: true });
  const { status, error } = spawnSync('tsc', ['-p', join(import.meta.dirname, 'tsconfig.json')], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) console.error(`tsc: ${error.message}`);
  return status === 0;
}

function finish(): number {
  for (const name of PACKAGES) {
    const dist = join(folderOf(name), 'dist');
    rmSync(dist, { recursive: true, force: true });
    renameSync(join(COMPILED, name, 'src'), dist);
    for (const file of globSync('**/*.{js,d.ts}', { cwd: dist })) edit(join(dist, file), withExtensions);
    for (const file of globSync('**/*.map', { cwd: dist })) mendMap(dist, file);
  }
  rmSync(COMPILED, { recursive: true });
  return 0;
}

/** The compiler leaves the extensions of files of types, and of what is named by a URL. */
function withExtensions(text: string): string {
  return text
    .replaceAll(/( from |import\()'(\.[^']*)\.ts'/g, "$1'$2.js'")
    .replaceAll(/new URL\('(\.[^']*)\.ts', import\.meta\.url\)/g, "new URL('$1.js', import.meta.url)");
}

/** The folder from which a map counts has moved. */
function mendMap(dist: string, file: string): void {
  const source = join(dist, '../src', file.replace(/\.js\.map$/, '.ts'));
  edit(join(dist, file), (text) => {
    const map = JSON.parse(text) as { sources: string[] };
    return JSON.stringify({ ...map, sources: [relative(dirname(join(dist, file)), source)] });
  });
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
