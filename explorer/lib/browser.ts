import { chromium } from 'playwright-core';

/** Debian's Chromium, or the one that the environment variable CHROMIUM names. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Chromium without a graphics card. */
export const launch = () => launchWith('--disable-gpu');

/** Chromium with WebGPU, by its own imitation of a card. */
export const launchWithGpu = () => launchWith('--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader');

function launchWith(...args: string[]) {
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page of whatever browser. */
interface Evaluates {
  evaluate<T>(expression: string): Promise<T>;
}

/** Has a worker of the page's own program do something, and returns what it answers: its output, or `fault`. */
export function askWorker<T>(page: Evaluates, task: string, input: unknown): Promise<T> {
  return page.evaluate<T>(`(${IN_PAGE})(${JSON.stringify({ task, input }, asLists)})`);
}

/** Typed arrays come to the page, and from it, as lists of numbers. */
function asLists(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value;
}

const IN_PAGE = `({ task, input }) => new Promise((resolve) => {
  const kinds = { data: Float32Array, bytes: Uint8Array };
  const typed = (key, value) => key in kinds ? kinds[key].from(value) : value;
  globalThis.ofTest ??= new Worker('worker.js', { type: 'module' });
  ofTest.onmessage = ({ data }) => {
    if ('share' in data || 'computes' in data) return;
    resolve(JSON.parse(JSON.stringify('fault' in data ? { fault: data.fault } : data.output, ${asLists})));
  };
  ofTest.postMessage({ id: 1, task, input: JSON.parse(JSON.stringify(input ?? {}), typed) });
})`;
