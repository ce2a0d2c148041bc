import type { StoredTensor } from '@nlrn/files';

/** The tensors of a file, by their names. */
export type Tensors = ReadonlyMap<string, StoredTensor>;

/** What a publishers' file holds. */
export interface PublishedFile {
  readonly tensors: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A network's configuration and its values in this project's layout. */
export interface Imported<C> {
  readonly config: C;
  readonly tensors: Map<string, StoredTensor>;
  /** By how much it was trained to enlarge images, if that is what it does */
  readonly scales?: readonly number[];
}

/** [a, b]  ->  [b, a] */
export function turned({ shape, data }: StoredTensor): StoredTensor {
  const [rows, columns] = shape as [number, number];
  return {
    shape: [columns, rows],
    data: data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
  };
}

/** OIHW to HWIO; a tensor with other than four axes stays as it is. */
export function filtersLast(tensor: StoredTensor): StoredTensor {
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
