import { createRequire } from 'node:module';
import { GPU, HeadlessGLKernel } from 'gpu.js';
import type { OpenMode } from '../host.ts';
import { ModeError } from '../modes.ts';
import { held } from './held.ts';

/** In this mode a kernel is a draw call on textures, through the npm package gl. */
export async function openHeadlessGL(): Promise<OpenMode> {
  const fault = loadFaultOfGl();
  if (fault) throw new ModeError('headlessgl', fault, GL_REMEDY);
  if (held().openGL === 'webgpu') {
    throw new ModeError('headlessgl', 'mode webgpu uses OpenGL in this process', 'use one of the two');
  }
  if (!GPU.isHeadlessGLSupported) {
    throw new ModeError(
      'headlessgl',
      'OpenGL has no screen to open a context on',
      'run under `xvfb-run -a` (Debian: xvfb xauth libgl1-mesa-dri) or on a desktop',
    );
  }
  held().openGL = 'headlessgl';
  // The package hides the driver's name, so that a real GPU cannot be told from Mesa.
  const adapter = { name: 'OpenGL', driver: 'npm package gl', software: true };
  const { maxTextureSize } = HeadlessGLKernel.features;
  return { mode: 'headlessgl', gpu: new GPU({ mode: 'headlessgl' }), adapter, limits: { maxTextureSize } };
}

const GL_REMEDY =
  "compile it (in NLRN's repository by `npx -y pnpm@12 build:gl`), which needs a C++ compiler, make, Python 3 " +
  '(Debian: g++ make python3 pkg-config libx11-dev libxext-dev libxi-dev)';

/** Why the package gl does not load; undefined if it does. gpu.js says only that it is not there. */
function loadFaultOfGl(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    createRequire(require.resolve('gpu.js'))('gl');
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND') return 'the npm package gl is not installed';
    if (message.includes('Could not locate the bindings file')) return 'the npm package gl is not compiled';
    return `the npm package gl does not load (${message.split('\n')[0]})`;
  }
}
