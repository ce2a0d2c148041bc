import { untrainedNetwork } from '@nlrn/networks';
import { createTrainingStep } from '@nlrn/nn';
import { formatProgram, referenceBackend } from '@nlrn/tensor';
import type { CommandModule, InferredOptionTypes } from 'yargs';
import { trainConfigFrom, trainingOptions } from '../trainingOptions.ts';

type Arguments = InferredOptionTypes<typeof trainingOptions>;

export const programCommand: CommandModule<unknown, Arguments> = {
  command: 'program',
  describe: 'Print the instructions of a training step: forward, backward, clipping and Adam',
  builder: (yargs) =>
    yargs
      .options(trainingOptions)
      .example('$0 program --states 1 --no-batch-norm', 'short enough to read')
      .example('$0 program --preset paper | head -1', "the memory of the paper's setting"),
  handler: runProgram,
};

async function runProgram(args: Arguments): Promise<void> {
  const config = trainConfigFrom(args);
  const { graph } = createTrainingStep(untrainedNetwork(config), config);
  const { program } = referenceBackend({ precision: 'float32' }).compile(graph);
  process.stdout.write(formatProgram(program));
}
