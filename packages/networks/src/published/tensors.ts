import type { StoredTensor } from '@nlrn/files';

/** The tensors of a file, by their names. */
export type Tensors = ReadonlyMap<string, StoredTensor>;

/** A network's configuration and its values in this project's layout. */
export interface Imported<C> {
  readonly config: C;
  readonly tensors: Map<string, StoredTensor>;
}

/** [a, b]  ->  [b, a] */
export function turned({ shape, data }: StoredTensor): StoredTensor {
  const [rows, columns] = shape as [number, number];
  return {
    shape: [columns, rows],
    data: data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
  };
}
