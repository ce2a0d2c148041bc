/**
 * `pnpm build:packages`: makes the folder `dist` of each package that can be installed elsewhere: JavaScript, types, source
 * maps with the sources in them; and packs them.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { helpOnly } from '@nlrn/cli';
import { folderOf, PACKAGES, TARBALLS } from './packages.ts';

const USAGE = `pnpm build:packages

Compiles the packages that can be installed elsewhere to their folders dist, and packs them as they would be published, in
packaging/build: "npm install" takes the files.`;

/** Where the compiler puts the packages, side by side. */
const COMPILED = join(TARBALLS, 'compiled');

if (!helpOnly(USAGE)) process.exitCode = make() ? 0 : 1;

function make(): boolean {
  rmSync(TARBALLS, { recursive: true, force: true });
  if (!succeeds('tsc', ['-p', join(import.meta.dirname, 'tsconfig.json')])) return false;
  finish();
  const filters = PACKAGES.flatMap((name) => ['--filter', `@nlrn/${name}`]);
  return succeeds('pnpm', ['--silent', '-r', ...filters, 'pack', '--pack-destination', TARBALLS]);
}

function succeeds(program: string, args: readonly string[]): boolean {
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', shell });
  if (error) console.error(`${program}: ${error.message}`);
  return status === 0;
}

function finish(): void {
  for (const name of PACKAGES) {
    const dist = join(folderOf(name), 'dist');
    rmSync(dist, { recursive: true, force: true });
    renameSync(join(COMPILED, name, 'src'), dist);
    for (const file of globSync('**/*.{js,d.ts}', { cwd: dist })) edit(join(dist, file), withExtensions);
    for (const file of globSync('**/*.map', { cwd: dist })) mendMap(dist, file);
  }
  rmSync(COMPILED, { recursive: true });
}

/** The compiler leaves the extensions of files of types, and of what is named by a URL. */
function withExtensions(text: string): string {
  return text
    .replaceAll(/( from |import\()(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2')
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
