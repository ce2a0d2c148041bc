import { adamState, adamUpdates, clipByGlobalNorm, grad } from '@nlrn/autograd';
import { type Graph, input, Random, seedFrom, type Variable } from '@nlrn/tensor';
import { createNetwork } from './createNetwork.ts';
import { restorationLoss } from './loss.ts';
import type { Network } from './network.ts';
import type { TrainConfig } from './trainConfig.ts';
import { variablesOf } from './weights.ts';

/** A network, one step of its training as a graph, and all variables that the step changes. */
export interface TrainingStep {
  readonly network: Network;
  /**
   *   noisy, truth [batch, patch, patch, 1], rate [], step []  ->  loss [], norm []
   *
   * The norm is the gradient's before clipping; parameters, Adam's state and running statistics are updated.
   */
  readonly graph: Graph;
  readonly variables: readonly Variable[];
}

/** The whole step, forward, backward, clipping, Adam and running statistics, for a network with the seed's weights. */
export function createTrainingStep({
  network: config,
  batch,
  patch,
  clipNorm,
  seed,
}: TrainConfig): TrainingStep {
  const random = new Random(seedFrom('weights', seed));
  const network = createNetwork(config, () => random.uniform());
  const noisy = input('noisy', [batch, patch, patch, 1]);
  const truth = input('truth', [batch, patch, patch, 1]);
  const schedule = { rate: input('rate', []), step: input('step', []) };

  const { output, updates: statistics } = network.forward(noisy, 'train');
  const loss = restorationLoss(output, truth);
  const { norm, clipped } = clipByGlobalNorm(grad(loss, network.params), clipNorm);
  const moments = adamState(network.params);
  const updates = adamUpdates(network.params, clipped, moments, schedule);

  return {
    network,
    graph: { outputs: { loss, norm }, updates: new Map([...updates, ...statistics]) },
    variables: [...variablesOf(network), ...moments.flatMap(({ m, v }) => [m, v])],
  };
}
