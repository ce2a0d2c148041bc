import { type Choice, openBackend } from '@nlrn/cli';
import type { NamedImage } from '@nlrn/data';
import { loadWeights } from '@nlrn/networks';
import { createRestorer, parameterCount } from '@nlrn/nn';
import { type ByNetwork, isMultiView, type Method, type Trial } from './method.ts';
import { weightsPath } from './weights.ts';

/** A method that is ready to be used at a level. */
export interface Opened {
  readonly trialOf: (item: NamedImage) => Trial;
  readonly parameters: number | null;
  /** What computes */
  readonly description: string;
  readonly close: () => Promise<void>;
}

export interface Using {
  readonly backend: Choice;
  readonly threads?: number | undefined;
  /** The folder of published weights */
  readonly weights: string;
}

/** Makes a method ready for a level. */
export async function open(method: Method, level: number, using: Using): Promise<Opened> {
  const { by } = method;
  if (by.kind === 'paper only') throw new Error(`${method.name} has nothing to be run with`);
  if (by.kind === 'network') return openNetwork(method, by, level, using);
  return {
    trialOf: (item) => by.trialOf(item, level, using.threads),
    parameters: null,
    description: 'kernels of this project, in JavaScript',
    async close() {},
  };
}

async function openNetwork(method: Method, by: ByNetwork, level: number, using: Using): Promise<Opened> {
  const { network } = loadWeights(weightsPath(by, level, using.weights));
  const backend = await openBackend(using.backend);
  const restore = createRestorer(network, backend, { multiView: isMultiView(method) });
  return {
    trialOf: (item) => by.trialOf(item, level, { network, restore }),
    parameters: parameterCount(network),
    description: backend.description,
    async close() {
      restore.dispose();
      await backend.dispose();
    },
  };
}
