import { CLASSIC } from '@nlrn/classic';
import {
  describeTrainedNoise,
  loadWeights,
  type NetworkConfig,
  type TrainedModel,
  trainedModel,
} from '@nlrn/networks';
import type { LoadedWeights } from '@nlrn/nn';
import { kept } from './kept.ts';

/** Weights that lie beside the page. */
export interface PageModel extends TrainedModel {
  readonly file: string;
}

/** The networks that have been used, or that the user has given, by the models' names. */
const loaded = new Map<string, LoadedWeights<NetworkConfig>>();

/** A method by the name that `restore` knows, and what it is. */
export interface Method {
  readonly name: string;
  readonly about: string;
}

/** The models that lie beside the page. */
export const models = kept(async () => (await (await fetched('weights/models.json')).json()) as PageModel[]);

/** All methods: networks whose weights are there, and those without training. */
export async function methods(): Promise<Method[]> {
  const classic = Object.entries(CLASSIC).map(([name, { describe }]) => ({ name, about: describe }));
  return [...(await models()).map(methodOf), ...classic];
}

function methodOf({ name, noise }: TrainedModel): Method {
  return { name, about: `${name}, ${describeTrainedNoise(noise)}` };
}

/** Adds the user's own weights. Throws as `loadWeights`, and for weights that remove no noise. */
export function addModel({ name, bytes }: { name: string; bytes: Uint8Array }): Method {
  const weights = loadWeights({ name, bytes });
  if (weights.scales) throw new Error(`${name}: was trained to enlarge pictures, and removes no noise`);
  loaded.set(name, weights);
  return methodOf(trainedModel(name, weights));
}

/** Whether a method is a model: one that lies beside the page, or the user's own. */
export async function isModel(name: string): Promise<boolean> {
  return loaded.has(name) || (await models()).some((model) => model.name === name);
}

/** A model with its weights. Throws Error for one that is not there. */
export async function loadModel(name: string): Promise<LoadedWeights<NetworkConfig>> {
  const known = loaded.get(name);
  if (known) return known;
  const file = (await models()).find((model) => model.name === name)?.file;
  if (file === undefined) throw new Error(`there is no model ${name}`);
  const bytes = new Uint8Array(await (await fetched(`weights/${encodeURIComponent(file)}`)).arrayBuffer());
  const weights = loadWeights({ name: file, bytes });
  loaded.set(name, weights);
  return weights;
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: the server answers ${response.status}`);
  return response;
}
