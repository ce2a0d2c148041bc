import { bytesOf, type Program, wasmBackend } from '@nlrn/tensor';
import { graphOf } from './graphs.ts';
import { serve } from './serve.ts';

/** This project's wasm backend as a peer: `ours.ts <threads>`. */

const backend = await wasmBackend({ threads: Number(process.argv[2]) });

await serve(process.version, (spec) => {
  const { graph, feeds } = graphOf(spec);
  const executable = backend.compile(graph);
  return {
    plannedBytes: plannedBytes(executable.program),
    async run() {
      await executable.run(feeds);
    },
  };
});

/** The arena and the variables; WebAssembly's memory holds these and little else. */
function plannedBytes({ peak, variables, elementType }: Program): number {
  return variables.reduce((total, { shape }) => total + bytesOf({ shape, dtype: elementType }), peak);
}
