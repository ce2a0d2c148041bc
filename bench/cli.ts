import { BACKEND_NAMES, openBackend, UserError } from '@nlrn/nlrn';
import { runCli, text } from '@nlrn/nlrn/commands';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { formatMeasurement, measure } from './lib/measure.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

const options = {
  threads: { ...text('Numbers of threads to measure with, such as 1,2'), default: '1,2' },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof options> & { workload?: string | undefined };

const benchCommand: CommandModule<unknown, Arguments> = {
  command: '$0 [workload]',
  describe: 'Times the kernels and the training step',
  builder: (yargs) =>
    yargs
      .positional('workload', {
        type: 'string',
        describe: "The beginning of a workload's name; all without it",
      })
      .options(options)
      .example('$0', 'everything')
      .example('$0 conv128', 'the 3 x 3 convolutions of 128 channels')
      .epilogue(`Workloads: ${WORKLOADS.map(({ name }) => name).join(', ')}`),
  handler: run,
};

async function run({ workload: prefix = '', threads }: Arguments): Promise<void> {
  const chosen = WORKLOADS.filter(({ name }) => name.startsWith(prefix));
  if (chosen.length === 0) {
    throw new UserError(
      `${prefix}: no such workload; they are ${WORKLOADS.map(({ name }) => name).join(', ')}`,
    );
  }
  for (const workload of chosen) for (const count of countsFrom(threads)) await runOne(workload, count);
}

function countsFrom(list: string): number[] {
  const counts = list.split(',').map(Number);
  if (counts.every((count) => Number.isInteger(count) && count >= 1)) return counts;
  throw new UserError(`--threads ${list}: needs whole numbers of at least 1, such as 1,2`);
}

async function runOne(workload: Workload, threads: number): Promise<void> {
  const backend = await openBackend(BACKEND_NAMES[0]!, { threads });
  try {
    console.log(formatMeasurement(await measure(workload, backend)));
  } finally {
    await backend.dispose();
  }
}

await runCli({
  name: 'pnpm bench',
  summary: 'Speed of the kernels on this machine',
  commands: [benchCommand as unknown as CommandModule],
  optionsOf: () => options,
});
