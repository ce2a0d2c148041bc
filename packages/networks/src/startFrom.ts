import type { NamedBytes } from '@nlrn/files';
import { type Network, variablesOf, WeightsError, weightsOfSeed } from '@nlrn/nn';
import { formatShape, type Variable } from '@nlrn/tensor';
import { createNetwork, type NetworkConfig } from './catalogue.ts';
import { hashTensors } from './hashTensors.ts';
import { loadWeights } from './loadWeights.ts';

/** A network whose training begins with the values of another one, and their hash for the configuration's `start`. */
export interface StartedNetwork {
  readonly network: Network;
  readonly hash: string;
}

/** Weights of another network than the one that was to begin with them. */
export class StartError extends WeightsError {
  override name = 'StartError';
  /** The message without its remedy. */
  readonly fault: string;
  /** What of the file's configuration the network would need: `{ tied: true }`. */
  readonly wanted: Readonly<Record<string, unknown>>;

  constructor(fault: string, wanted: Readonly<Record<string, unknown>>) {
    super(`${fault}; make the network with ${inWords(wanted)}`);
    this.fault = fault;
    this.wanted = wanted;
  }
}

/** Where a network may differ from the one whose values it begins with. */
const MAY_DIFFER: Readonly<Record<string, (file: unknown, own: unknown) => boolean>> = {
  states: (file, own) => Number(own) > Number(file),
  neighborhood: () => true,
  noiseLevel: (file) => file === false,
};

/**
 * The network of a configuration with the values of a weights file, or of its bytes.
 *
 * It may have another neighbourhood; more states than the file's, which begin with what the file's last one has for itself, its
 * normalisations or, untied, all its weights; and an input for the noise level where the file's has none, which begins without
 * effect at sigma 25.
 * Throws FileError and WeightsError as `loadWeights`, and StartError, naming the file and what differs, for any other network.
 */
export function startFrom(
  source: string | NamedBytes,
  { network: own, seed }: { network: NetworkConfig; seed: number },
): StartedNetwork {
  const file = loadWeights(source);
  const path = typeof source === 'string' ? source : source.name;
  checkSame(path, file, own, seed);
  const stored = new Map(variablesOf(file.network).map((variable) => [variable.name, variable]));
  const network = createNetwork(
    own,
    weightsOfSeed(seed),
    (name, _shape, drawn) => (stored.get(name) ?? ofLastState(name, stored))?.initial ?? drawn(),
  );
  const tensors = new Map([...stored].map(([name, { shape, initial }]) => [name, { shape, data: initial }]));
  return { network, hash: hashTensors(tensors).slice(0, 16) };
}

/** `state6.conv1.norm.scale` -> `state4.conv1.norm.scale`, if 4 is the last of the file's states that have it. */
function ofLastState(name: string, stored: ReadonlyMap<string, Variable>): Variable | undefined {
  const [, state, rest] = name.match(/^state(\d+)\.(.*)$/) ?? [];
  for (let t = Number(state) - 1; t >= 1; t--) {
    const earlier = stored.get(`state${t}.${rest}`);
    if (earlier) return earlier;
  }
  return undefined;
}

/** Throws StartError when the file's network differs from `own` in more than it may. */
function checkSame(
  path: string,
  file: { readonly config: NetworkConfig; readonly network: Network },
  own: NetworkConfig,
  seed: number,
): void {
  const [has, asked] = [file.config, own].map((config) => new Map<string, unknown>(Object.entries(config)));
  const keys = has!.get('network') === asked!.get('network') ? [...has!.keys()] : ['network'];
  const differing = keys.filter((key) => {
    const [theirs, ours] = [has!.get(key), asked!.get(key)];
    return JSON.stringify(theirs) !== JSON.stringify(ours) && !MAY_DIFFER[key]?.(theirs, ours);
  });
  if (differing.length === 0) return;
  const [wanted, given] = [has!, asked!].map((config) =>
    Object.fromEntries(differing.map((key) => [key, config.get(key)])),
  );
  const [stored, needed] = [file.network, createNetwork(own, weightsOfSeed(seed))].map(tensorsOf);
  const unused = stored!.filter((tensor) => !needed!.includes(tensor));
  const anew = needed!.filter((tensor) => !stored!.includes(tensor));
  throw new StartError(
    `${path}: is of a network with ${inWords(wanted!)}, where ${inWords(given!)} is asked for: ${counted(unused)} would be unused, ${counted(anew)} drawn anew`,
    wanted!,
  );
}

/** `conv1.weight [3, 3, 1, 8]` */
function tensorsOf(network: Network): string[] {
  return variablesOf(network).map(({ name, shape }) => `${name} ${formatShape(shape)}`);
}

/** How many tensors are named in a message. */
const NAMED = 3;

/** `4 tensors (a, b, c, …)` */
function counted(tensors: readonly string[]): string {
  const names = tensors.slice(0, NAMED).join(', ');
  const more = tensors.length > NAMED ? ', …' : '';
  return `${tensors.length} tensors${tensors.length === 0 ? '' : ` (${names}${more})`}`;
}

/** `tied true, channels 64` */
function inWords(part: Readonly<Record<string, unknown>>): string {
  return Object.entries(part)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}
