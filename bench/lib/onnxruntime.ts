import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The version that the bench is measured against. */
export const ONNXRUNTIME_VERSION = '1.30.0';

/** What `pnpm bench:peers` installs: onnxruntime-node, with the binaries of all systems, and onnxruntime-web. */
export const PEERS_SIZE = '160 MB to download, 450 MB on disk';

/** Where `pnpm bench:peers` puts what is too large for everyone's installation; not in the repository. */
export const PEERS_FOLDER = join(import.meta.dirname, '../build/peers');

/** What the bench uses of the npm package onnxruntime-node. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => RuntimeTensor;
}

export interface SessionOptions {
  /** Within an operator, the calling thread included */
  readonly intraOpNumThreads: number;
  /** Side by side */
  readonly interOpNumThreads: number;
}

export interface InferenceSession {
  /** Computes the outputs into the tensors that are given for them. */
  run(feeds: NamedTensors, fetches: NamedTensors): Promise<NamedTensors>;
}

export interface RuntimeTensor {
  readonly data: Float32Array;
}

export type NamedTensors = Readonly<Record<string, RuntimeTensor>>;

/** Loads onnxruntime; throws Error, with the remedy, where it is not installed or does not run. */
export function openOnnxRuntime(folder = PEERS_FOLDER): OnnxRuntime {
  const manifest = join(folder, 'node_modules/onnxruntime-node/package.json');
  const version = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
  if (version !== ONNXRUNTIME_VERSION) {
    throw new Error(
      `${version ?? 'not'} installed; \`pnpm bench:peers\` brings ${ONNXRUNTIME_VERSION}, ${PEERS_SIZE}`,
    );
  }
  return createRequire(manifest)('onnxruntime-node');
}

/** What a page needs of the npm package onnxruntime-web. */
const WEB_FILES = ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/** The files of onnxruntime-web that a page needs. Throws Error, with the remedy, where it is not installed. */
export function onnxRuntimeWebFiles(folder = PEERS_FOLDER): [name: string, contents: Uint8Array][] {
  const dist = join(folder, 'node_modules/onnxruntime-web/dist');
  if (!existsSync(dist)) throw new Error('onnxruntime-web is not installed; `pnpm bench:peers` brings it');
  return WEB_FILES.map((name) => [name, readFileSync(join(dist, name))]);
}
