import { createNlrn, type NlrnConfig, PRESETS } from '@nlrn/nlrn';
import { createTrainingStep, weightsOfSeed } from '@nlrn/nn';
import { Random, wasmBackend } from '@nlrn/tensor';
import { median } from './lib/row.ts';

/**
 * How many pixels a core trains in a second, by the network's size: what can be afforded.
 *
 *     pnpm bench throughput
 *
 * Core-seconds are the process's own on one thread, so that a busy machine disturbs them little.
 */
export async function printThroughput(rounds: number): Promise<void> {
  console.log('   m    l    T    q  patch  batch    ms a step  thousand pixels a core-second');
  for (const size of SIZES) {
    const { channels, embedding, states, neighborhood, module = '', patch, batch } = size;
    const ms = await millisecondsOf(size, rounds);
    const numbers = [channels, embedding, states].map((n) => String(n).padStart(4)).join(' ');
    const q = (module === 'pointwise' ? '-' : String(neighborhood)).padStart(4);
    const step = `${ms.toFixed(1).padStart(12)} ${((batch * patch ** 2) / ms).toFixed(1).padStart(12)}`;
    console.log(`${numbers} ${q} ${String(patch).padStart(6)} ${String(batch).padStart(6)} ${step}`);
  }
}

type Size = Pick<NlrnConfig, 'channels' | 'embedding' | 'states'> & {
  readonly neighborhood: number;
  readonly module?: NlrnConfig['module'];
  readonly patch: number;
  readonly batch: number;
};

/** m, l, T, q, side of a patch, patches in a step; about 8,000 pixels each, the preset `laptop` first. */
const SIZES: readonly Size[] = [
  size(32, 16, 3, 9, 25, 8),
  { ...size(64, 32, 6, 9, 32, 8), module: 'pointwise' },
  size(48, 24, 6, 9, 32, 8),
  size(48, 24, 6, 15, 32, 8),
  size(64, 32, 6, 9, 32, 8),
  size(64, 32, 6, 15, 32, 8),
  size(64, 32, 6, 15, 48, 4),
  size(64, 32, 6, 25, 25, 13),
  size(64, 32, 6, 25, 48, 4),
  size(64, 32, 6, 31, 48, 4),
  size(64, 32, 6, 45, 45, 4),
  size(64, 32, 8, 15, 32, 8),
  size(64, 32, 12, 15, 32, 8),
  size(128, 64, 6, 15, 32, 8),
];

function size(
  channels: number,
  embedding: number,
  states: number,
  neighborhood: number,
  patch: number,
  batch: number,
): Size {
  return { channels, embedding, states, neighborhood, patch, batch };
}

/** CPU time of a training step on one thread: the median of the rounds. */
async function millisecondsOf({ patch, batch, ...size }: Size, rounds: number): Promise<number> {
  const { network: config, clipNorm, seed } = PRESETS.paper;
  const network = createNlrn({ ...config, ...size }, weightsOfSeed(seed));
  const backend = await wasmBackend({ threads: 1 });
  try {
    const step = backend.compile(createTrainingStep(network, { batch, patch, clipNorm }).graph);
    const random = new Random('throughput');
    const pixels = () => Float32Array.from({ length: batch * patch ** 2 }, () => random.uniform());
    const feeds = { noisy: pixels(), truth: pixels(), rate: [1e-3], step: [1] };
    const times: number[] = [];
    for (let i = 0; i <= rounds; i++) {
      const start = process.cpuUsage();
      await step.run(feeds);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    // V8 compiles the kernels in the first.
    return median(times.slice(1));
  } finally {
    await backend.dispose();
  }
}
