/**
 * Compiles the npm package gl, which gpu.js's mode headlessgl needs, for the Node that runs this: `pnpm build:gl`.
 *
 * It is not done at installation: there it would be built for the Node that installs, and take a minute of everyone.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { helpOnly } from '@nlrn/cli';

const requireFromHere = createRequire(import.meta.url);
const requireFromGpuJs = createRequire(requireFromHere.resolve('gpu.js'));

const USAGE = `pnpm build:gl

Compiles the npm package gl for --backend headlessgl, where it is not compiled yet: a minute, with a C++ compiler, make
and Python 3 (Debian: g++ make python3 pkg-config libx11-dev libxext-dev libxi-dev).`;

if (!helpOnly(USAGE)) {
  if (loads()) console.log('gl is compiled already');
  else process.exitCode = compile();
}

function loads(): boolean {
  try {
    requireFromGpuJs('gl');
    return true;
  } catch {
    return false;
  }
}

/** Returns the compiler's exit code. */
function compile(): number {
  const folder = dirname(requireFromGpuJs.resolve('gl/package.json'));
  if (folder.includes(' ')) {
    console.error(
      `gl cannot be compiled in ${folder}: its makefiles take a path with a space for two; move the project`,
    );
    return 1;
  }
  const tools = mkdtempSync(join(tmpdir(), 'nlrn-gl-'));
  process.on('exit', () => rmSync(tools, { recursive: true, force: true }));
  namePython(tools);
  const env = { ...process.env, PATH: [process.env.PATH, tools].join(delimiter), ...headers() };
  // Node's own configuration names clang, some of whose options g++ does not know.
  const compiler = process.platform === 'linux' ? ['--clang=0'] : [];
  const command = ['-y', 'node-gyp@13.1.0', 'rebuild', `--directory=${folder}`, '--jobs=max', ...compiler];
  const { status } = spawnSync('npx', command, {
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status ?? 1;
}

/** Makes Python 3 known as `python`, as the package's scripts call it; Debian has it as `python3` alone. */
function namePython(tools: string): void {
  const script = join(tools, 'python');
  writeFileSync(script, '#!/bin/sh\nexec python3 "$@"\n');
  chmodSync(script, 0o755);
}

/**
 * Where node-gyp finds Node's headers: the npm packages of Node bring theirs along; those of another Node are downloaded.
 * As an environment variable, since that is what wins over a user's configuration of npm.
 */
function headers(): Record<string, string> {
  const node = join(dirname(process.execPath), '..');
  return existsSync(join(node, 'include/node/node.h')) ? { npm_config_nodedir: node } : {};
}
