import type { StoredTensor } from '@nlrn/files';
import type { DncnnConfig } from '../dncnn.ts';
import type { FfdnetConfig } from '../ffdnet.ts';
import { filtersLast, type Imported, type Tensors } from './tensors.ts';

/**
 * A stack of convolutions `conv0.weight`, `conv0.bias`, `conv1.weight`, … in PyTorch's layout: a DnCNN, or, if the first takes
 * four quarters and a level, an FFDNet. Undefined if the tensors have other names.
 *
 *   filters [K, C, h, w]  ->  [h, w, C, K]
 *
 * FFDNet's authors, like MATLAB, count the quarters of an image by columns; here they are counted by rows.
 */
export function importPlain(tensors: Tensors): Imported<DncnnConfig | FfdnetConfig> | undefined {
  const names = [...tensors.keys()];
  const first = tensors.get('conv0.weight');
  if (!first || !names.every((name) => /^conv\d+\.(weight|bias)$/.test(name))) return undefined;
  const [channels, inputs] = first.shape;
  const network = inputs === QUARTERS + 1 ? 'ffdnet' : 'dncnn';
  const depth = names.length / 2;
  const config = { network, channels: channels!, depth } as const;
  const relaid = new Map([...tensors].map(([name, tensor]) => [name, filtersLast(tensor)]));
  if (network === 'ffdnet') countByRows(relaid, `conv${depth - 1}`);
  return { config, tensors: relaid };
}

/** An image's quarters: every second pixel of every second row. */
const QUARTERS = 4;

/** The two quarters that change places: the second of the first row, and the first of the second row. */
const [UPPER_RIGHT, LOWER_LEFT] = [1, 2];

/** Exchanges the quarters in the first convolution's input and the last one's output. */
function countByRows(tensors: Map<string, StoredTensor>, last: string): void {
  exchange(tensors, 'conv0.weight', 2);
  exchange(tensors, `${last}.weight`, 3);
  exchange(tensors, `${last}.bias`, 0);
}

function exchange(tensors: Map<string, StoredTensor>, name: string, axis: number): void {
  const tensor = tensors.get(name);
  if (tensor) tensors.set(name, withExchanged(tensor, axis));
}

function withExchanged({ shape, data }: StoredTensor, axis: number): StoredTensor {
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const other = new Map([
    [UPPER_RIGHT, LOWER_LEFT],
    [LOWER_LEFT, UPPER_RIGHT],
  ]);
  return {
    shape,
    data: data.map((_, i) => {
      const index = Math.floor(i / stride) % shape[axis]!;
      return data[i + ((other.get(index) ?? index) - index) * stride]!;
    }),
  };
}
