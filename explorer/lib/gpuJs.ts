import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

/** gpu.js's other modes: the page computes by WebGPU, or without gpu.js. */
const OTHER_MODES = /\/(headless-gl|web-gl2?|web-assembly)\/kernel$|\/web-assembly\/pipeline-executor$/;

/** Any of their classes. */
const NOTHING = `
class Nothing {
  static isSupported = false;
}
module.exports = new Proxy({}, { get: () => Nothing });`;

/** Has gpu.js bundled from its sources, and of these only what WebGPU needs: half of what it is in one piece. */
export const gpuJsForPages: Plugin = {
  name: 'gpu.js for pages',
  setup({ onResolve, onLoad }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^gpu\.js$/ }, () => ({ path: resolve('gpu.js/src/gpu.js') }));
    onResolve({ filter: OTHER_MODES }, ({ path }) => ({ path, namespace: 'nothing' }));
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: NOTHING }));
  },
};
