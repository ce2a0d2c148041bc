/**
 * Compiles the npm package gl, which gpu.js's mode headlessgl needs, for the Node that runs this: `pnpm build:gl`.
 *
 * It is not done at installation: there it would be built for the Node that installs, and take a minute of everyone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = dirname(createRequire(require.resolve('gpu.js')).resolve('gl/package.json'));

/** The npm packages of Node bring their headers along; those of another Node are downloaded. */
const nodeFolder = join(dirname(process.execPath), '..');
const hasHeaders = existsSync(join(nodeFolder, 'include/node/node.h'));
// As an environment variable, since that is what wins over a user's configuration of npm.
const env = { ...process.env, ...(hasHeaders ? { npm_config_nodedir: nodeFolder } : {}) };

/** Node's own configuration names clang, some of whose options g++ does not know. */
const compiler = process.platform === 'linux' ? ['--clang=0'] : [];

const command = ['-y', 'node-gyp@13.1.0', 'rebuild', `--directory=${folder}`, '--jobs=max', ...compiler];
const { status } = spawnSync('npx', command, { env, stdio: 'inherit', shell: process.platform === 'win32' });
process.exitCode = status ?? 1;
