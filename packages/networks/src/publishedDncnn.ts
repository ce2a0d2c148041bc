import { describeIssues, type StoredTensor } from '@nlrn/files';
import { WeightsError } from '@nlrn/nn';
import { type DncnnConfig, dncnnConfigSchema } from './dncnn.ts';

/** Whether these are the tensors of a DnCNN from elsewhere: `conv0.weight`, `conv0.bias`, `conv1.weight`, … */
function looksLikeDncnn(tensors: ReadonlyMap<string, StoredTensor>): boolean {
  const names = [...tensors.keys()];
  return names.includes('conv0.weight') && names.every((name) => /^conv\d+\.(weight|bias)$/.test(name));
}

/**
 * Reads a DnCNN in PyTorch's layout: the configuration follows from the tensors' shapes; undefined for what is none.
 *
 *   filters [K, C, h, w]  ->  [h, w, C, K]
 */
export function importDncnn(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
): { config: DncnnConfig; tensors: Map<string, StoredTensor> } | undefined {
  if (!looksLikeDncnn(tensors)) return undefined;
  const config = dncnnConfigSchema.safeParse({
    network: 'dncnn',
    channels: tensors.get('conv0.weight')?.shape[0],
    depth: tensors.size / 2,
  });
  if (!config.success) throw new WeightsError(`${path}: is no DnCNN: ${describeIssues(config.error)}`);
  const relaid = [...tensors].map(([name, tensor]) => [name, filtersLast(tensor)] as const);
  return { config: config.data, tensors: new Map(relaid) };
}

/** OIHW to HWIO; a tensor with other than four axes stays as it is. */
function filtersLast(tensor: StoredTensor): StoredTensor {
  if (tensor.shape.length !== 4) return tensor;
  const [K, C, height, width] = tensor.shape as [number, number, number, number];
  const data = new Float32Array(tensor.data.length);
  for (let i = 0; i < data.length; i++) {
    const place = i % (height * width);
    const c = Math.floor(i / (height * width)) % C;
    const k = Math.floor(i / (height * width * C));
    data[(place * C + c) * K + k] = tensor.data[i]!;
  }
  return { shape: [height, width, C, K], data };
}
