/**
 * Installs the peers of the bench that are too large for everyone's installation, in bench/build: `pnpm bench:peers`.
 *
 * onnxruntime-node is one package with the binaries of all systems. Its install script does not run: it would fetch what a
 * graphics card needs. onnxruntime-web is the same for pages.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { helpOnly } from '@nlrn/cli';
import {
  ONNXRUNTIME_VERSION,
  onnxRuntimeWebFiles,
  openOnnxRuntime,
  PEERS_FOLDER,
  PEERS_SIZE,
} from './lib/onnxruntime.ts';

const NAME = `onnxruntime-node and onnxruntime-web ${ONNXRUNTIME_VERSION}`;

const USAGE = `pnpm bench:peers

Installs ${NAME} in bench/build, for "pnpm bench": ${PEERS_SIZE}.`;

if (helpOnly(USAGE)) process.exit();
if (fault() === undefined) console.log(`${NAME} are there already`);
else process.exitCode = install();

/** Why they cannot be used, if so. */
function fault(): string | undefined {
  try {
    openOnnxRuntime();
    onnxRuntimeWebFiles();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns the exit code. */
function install(): number {
  // What an installation that was stopped has left would be taken for whole.
  rmSync(PEERS_FOLDER, { recursive: true, force: true });
  mkdirSync(PEERS_FOLDER, { recursive: true });
  const command = [
    'install',
    '--prefix',
    PEERS_FOLDER,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const { status } = spawnSync(
    'npm',
    [...command, `onnxruntime-node@${ONNXRUNTIME_VERSION}`, `onnxruntime-web@${ONNXRUNTIME_VERSION}`],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  const reason = status === 0 ? fault() : 'npm could not install them';
  if (reason) console.error(`${NAME} cannot be used here: ${reason}`);
  else console.log(`${NAME} are installed in ${PEERS_FOLDER}`);
  return reason ? 1 : 0;
}
