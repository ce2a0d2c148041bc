import { readSafetensors, type StoredTensor } from '@nlrn/files';
import { type Network, storedValue, type Values, WeightsError, weightsOfSeed } from '@nlrn/nn';
import { createNetwork, type NetworkConfig } from './catalogue.ts';
import { hashTensors } from './hashTensors.ts';

/** A network whose training begins with the values of another one, and their hash for the configuration's `start`. */
export interface StartedNetwork {
  readonly network: Network;
  readonly hash: string;
}

/**
 * The network of a configuration with the values of a weights file, variable by variable.
 *
 * It may have more states than the file's, which begin with the normalisations of the file's last one, another
 * neighbourhood, and an input for the noise level where the file's has none; what the file lacks is newly initialised.
 * Throws FileError when the file is missing or damaged, and WeightsError, naming file and tensor, when one has another
 * shape, as with another number of channels, or when the file has none of the network's variables.
 */
export function startFrom(
  path: string,
  { network, seed }: { network: NetworkConfig; seed: number },
): StartedNetwork {
  const { tensors } = readSafetensors(path);
  let found = 0;
  const values: Values = (name, shape, drawn) => {
    const source = tensors.has(name) ? name : ofLastState(name, tensors);
    if (source === undefined) return drawn();
    found++;
    return storedValue(path, tensors, source, shape);
  };
  const started = createNetwork(network, weightsOfSeed(seed), values);
  if (found === 0) throw new WeightsError(`${path}: holds no tensor of a network of this configuration`);
  return { network: started, hash: hashTensors(tensors).slice(0, 16) };
}

/** `state6.conv1.norm.scale` -> `state4.conv1.norm.scale`, if 4 is the last of the file's states that have it. */
function ofLastState(name: string, tensors: ReadonlyMap<string, StoredTensor>): string | undefined {
  const [, state, rest] = name.match(/^state(\d+)\.(.*)$/) ?? [];
  for (let t = Number(state) - 1; t >= 1; t--) {
    const earlier = `state${t}.${rest}`;
    if (tensors.has(earlier)) return earlier;
  }
  return undefined;
}
