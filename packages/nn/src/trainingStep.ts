import { grad } from '@nlrn/autograd';
import { type Executable, type Graph, input, named, type Tensor, type Variable } from '@nlrn/tensor';
import { adamState, adamUpdates } from './adam.ts';
import type { Mode } from './batchNorm.ts';
import { clipByGlobalNorm } from './clip.ts';
import { checkDistinctNames } from './distinctNames.ts';
import { enlargementLoss, levelledLoss, restorationLoss } from './loss.ts';
import type { Network } from './network.ts';
import type { TrainConfig } from './trainConfig.ts';
import { variablesOf } from './weights.ts';

/** A step's graph: its outputs are the loss and the gradient's norm. */
export type TrainingGraph = Graph<{ readonly loss: Tensor; readonly norm: Tensor }>;

/** What a backend makes of it. */
export type TrainingProgram = Executable<TrainingGraph['outputs']>;

/** One step of a network's training as a graph, and all variables that the step changes. */
export interface TrainingStep {
  /**
   *   noisy, truth [batch, patch, patch, 1], level [batch, 1, 1, 1], rate [], step []  ->  loss [], norm []
   *
   * Only a network that takes the level has it as an input.
   * The norm is the gradient's before clipping; parameters, Adam's state and running statistics are updated.
   */
  readonly graph: TrainingGraph;
  /** The same while the network settles: running statistics are used, and stay as they are. */
  readonly settlingGraph: TrainingGraph;
  /** Adam's state, zero at first; part of `variables` */
  readonly moments: readonly Variable[];
  readonly variables: readonly Variable[];
  /** Whether the loss weighs errors: it is then not half the mean square error */
  readonly weighs: boolean;
}

/**
 * The whole step, forward, backward, clipping, Adam and running statistics.
 *
 * A run may end with steps in which the network settles: batch normalisation uses the running statistics, as
 * it will when images are restored, instead of the batch's own, and the weights adapt to that. Batches of a few small
 * patches have statistics that vary much, and a network that has only seen images normalised by their own can fail on
 * flat ones (`experiments/laptop.md` has the measurements).
 * Throws where two of the variables, Adam's among them, have one name.
 */
export function createTrainingStep(
  network: Network,
  { batch, patch, clipNorm, factors }: Pick<TrainConfig, 'batch' | 'patch' | 'clipNorm' | 'factors'>,
): TrainingStep {
  const noisy = input('noisy', [batch, patch, patch, 1]);
  const truth = input('truth', [batch, patch, patch, 1]);
  const level = network.takesLevel ? input('level', [batch, 1, 1, 1]) : undefined;
  const schedule = { rate: input('rate', []), step: input('step', []) };

  const state = adamState(network.trained);
  const errorOf = (output: Tensor) => {
    if (factors) return enlargementLoss(output, truth, noisy);
    return level ? levelledLoss(output, truth, level) : restorationLoss(output, truth);
  };
  const graph = (mode: Mode): TrainingGraph => {
    const { output, updates: statistics } = network.forward(noisy, mode, level);
    const loss = named('loss', errorOf(output));
    const { norm, clipped } = clipByGlobalNorm(grad(loss, network.trained), clipNorm);
    const updates = adamUpdates(network.trained, clipped, state, schedule);
    return { outputs: { loss, norm }, updates: new Map([...updates, ...statistics]) };
  };

  const moments = state.flatMap(({ m, v }) => [m, v]);
  const variables = [...variablesOf(network), ...moments];
  checkDistinctNames(variables.map(({ name }) => name));
  return {
    graph: graph('train'),
    settlingGraph: graph('infer'),
    moments,
    variables,
    weighs: factors !== undefined || level !== undefined,
  };
}
