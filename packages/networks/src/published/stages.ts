import type { StoredTensor } from '@nlrn/files';
import { coefficientsOf } from '../dctFilters.ts';
import { NLNET_CONFIG, type NlnetConfig } from '../nlnet.ts';
import type { TnrdConfig } from '../tnrd.ts';
import { type Imported, type Tensors, turned } from './tensors.ts';

/**
 * A TNRD or an NLNet: for each stage `stage0.filters` [F, 1, P, P], of mean 0 and norm 1, `stage0.rbf` [F, J] and `stage0.lambda`
 * [1]; an NLNet has `stage0.group` [K], too; for all stages `means` [J], the centres. Undefined if a file has other tensors.
 */
export function importStages(tensors: Tensors): Imported<TnrdConfig | NlnetConfig> | undefined {
  const [filters, means] = [tensors.get('stage0.filters'), tensors.get('means')];
  const named = [...tensors.keys()].every((name) => NAMES.test(name));
  if (filters?.shape.length !== 4 || !means || !named) return undefined;
  const group = tensors.get('stage0.group');
  const gaussians = { centres: means.data.length, spacing: means.data[1]! - means.data[0]! };
  const stages = new Set([...tensors.keys()].map((name) => /^stage(\d+)\./.exec(name)?.[1]).filter(Boolean))
    .size;
  const side = filters.shape[3]!;
  const config: TnrdConfig | NlnetConfig = group
    ? { ...NLNET_CONFIG, stages, patch: side, neighbors: group.data.length, ...gaussians }
    : { network: 'tnrd', stages, filter: side, ...gaussians };
  const own = [...tensors].flatMap(([name, tensor]) => importOne(name, tensor, config.network));
  return { config, tensors: new Map(own) };
}

/** `precision`, of TNRD, and `sigma`, of NLNet, say how wide the Gaussians are: as wide as they are apart. */
const NAMES = /^(means|precision|sigma|stage\d+\.(filters|rbf|lambda|group))$/;

function importOne(name: string, tensor: StoredTensor, network: 'tnrd' | 'nlnet'): [string, StoredTensor][] {
  const [stage, part] = name.split('.') as [string, string?];
  if (part === undefined) return [];
  if (part === 'rbf') return [[`${stage}.weights`, turned(tensor)]];
  if (part === 'filters') return [[name, unmixed(tensor)]];
  if (part === 'lambda' && network === 'tnrd')
    return [[`${stage}.logLambda`, { ...tensor, data: tensor.data.map(Math.log) }]];
  return [[name, tensor]];
}

function unmixed({ shape, data }: StoredTensor): StoredTensor {
  const [F, , P] = shape as [number, number, number, number];
  return { shape: [P ** 2 - 1, F], data: coefficientsOf(data, shape) };
}
