import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@nlrn/files/test';
import * as assert from 'uvu/assert';
import { PACKAGES, ROOT, TARBALLS } from '../packages.ts';

/** What the packages depend on that is none of them: taken from here, so that nothing is asked of a registry. */
const OTHERS = ['jpeg-js', 'zod'].map((name) => join(ROOT, 'packaging/node_modules', name));

/** Runs a program to its end, and returns what it has printed. Rejects, with that, if it fails. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  // Windows starts what npm installs by a shell alone.
  const shell = process.platform === 'win32';
  const { stdout, stderr } = await promisify(execFile)(program, args, { cwd, shell });
  return stdout + stderr;
}

/** Builds and packs the packages, and installs the tarballs in an empty project outside of this repository. */
export async function packedProject(): Promise<string> {
  const project = temporaryFolder();
  await run('pnpm', ['--silent', 'build:packages'], ROOT);
  const packed = readdirSync(TARBALLS).map((name) => join(TARBALLS, name));
  assert.is(packed.length, PACKAGES.length);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  const quietly = ['--offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quietly, ...packed, ...OTHERS], project);
  return project;
}
