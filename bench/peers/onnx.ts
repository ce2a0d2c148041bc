import { ONNXRUNTIME_VERSION, openOnnxRuntime } from '../lib/onnxruntime.ts';
import { type ByKind, byKind } from '../lib/spec.ts';
import { graphOf } from './graphs.ts';
import { onnxOf } from './onnxGraph.ts';
import { openSession } from './onnxSession.ts';
import { serve } from './serve.ts';

/** onnxruntime on the processor as a peer: `onnx.ts <threads>`. */

const threads = Number(process.argv[2]);
const runtime = openOnnxRuntime();

const no = (reason: string) => () => reason;
const CONVOLUTIONS = 'is asked for convolutions alone';

/** Why a kind of work is not done. */
const reasons: ByKind<string | undefined> = {
  conv2d: ({ pass }) => (pass === 'forward' ? undefined : 'computes no gradients'),
  plain: () => undefined,
  matmul: no(CONVOLUTIONS),
  batchNorm: no(CONVOLUTIONS),
  chain: no(CONVOLUTIONS),
  attention: no('has no windowed attention'),
  restore: no('has no windowed attention'),
  adam: no('computes no gradients'),
  step: no('computes no gradients'),
};

await serve(ONNXRUNTIME_VERSION, (spec) => {
  return byKind(reasons, spec) ?? openSession(runtime, onnxOf(graphOf(spec)), threads);
});
