import { sizeOf } from '@nlrn/tensor';
import type { NamedTensors, OnnxRuntime } from '../lib/onnxruntime.ts';
import type { OnnxTimed } from './onnxGraph.ts';
import { type OnnxTensor, type OnnxValue, onnxModel } from './onnxModel.ts';

/** A model that is ready to run, with its inputs. */
export interface OnnxSession {
  run(): Promise<void>;
  /** What the last run has computed, by name, in ONNX's layout */
  readonly outputs: NamedTensors;
}

/** Opens a model; its outputs are computed into the same memory at each run, so that none is copied. */
export async function openSession(
  { InferenceSession, Tensor }: OnnxRuntime,
  { graph, feeds }: OnnxTimed,
  threads: number,
): Promise<OnnxSession> {
  const session = await InferenceSession.create(onnxModel(graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const tensorOf = ({ dims, data }: OnnxTensor) => new Tensor('float32', data, dims);
  const inputs = byName(feeds, tensorOf);
  const outputs = byName(graph.outputs, (value) =>
    tensorOf({ ...value, data: new Float32Array(sizeOf(value.dims)) }),
  );
  return {
    outputs,
    async run() {
      await session.run(inputs, outputs);
    },
  };
}

function byName<V extends OnnxValue, T>(values: readonly V[], made: (value: V) => T): Record<string, T> {
  return Object.fromEntries(values.map((value) => [value.name, made(value)]));
}
