/**
 * Compiles the npm package gl, which gpu.js's mode headlessgl needs, for the Node that runs this: `pnpm build:gl`.
 *
 * It is not done at installation: there it would be built for the Node that installs, and take a minute of everyone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const requireFromHere = createRequire(import.meta.url);
const requireFromGpuJs = createRequire(requireFromHere.resolve('gpu.js'));

if (loads()) console.log('gl is compiled already');
else process.exitCode = compile();

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
  // The npm packages of Node bring their headers along; those of another Node are downloaded.
  const node = join(dirname(process.execPath), '..');
  const hasHeaders = existsSync(join(node, 'include/node/node.h'));
  // As an environment variable, since that is what wins over a user's configuration of npm.
  const env = { ...process.env, ...(hasHeaders ? { npm_config_nodedir: node } : {}) };
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
