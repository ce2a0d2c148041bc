import type { Entry } from './manifest.ts';

/** How the images of a folder compare with a set's manifest. */
export interface Comparison {
  /** Images of the set with their own name and pixels. */
  readonly same: number;
  /** Images of the set under another name: the noise that tests add depends on it. */
  readonly renamed: readonly { readonly found: Entry; readonly expected: Entry }[];
  /** Images with the name of one of the set and other pixels. */
  readonly changed: readonly { readonly found: Entry; readonly expected: Entry }[];
  /** Images that the set does not have. */
  readonly others: readonly Entry[];
  /** Images of the set that are not there. */
  readonly missing: readonly Entry[];
}

export function compare(found: readonly Entry[], manifest: readonly Entry[]): Comparison {
  const [byName, byHash] = [
    new Map(manifest.map((e) => [e.name, e])),
    new Map(manifest.map((e) => [e.hash, e])),
  ];
  const kindOf = (entry: Entry) => {
    const expected = byName.get(entry.name);
    if (expected?.hash === entry.hash) return 'same';
    if (byHash.has(entry.hash)) return 'renamed';
    return expected ? 'changed' : 'other';
  };
  const kinds = Map.groupBy(found, kindOf);
  const of = (kind: ReturnType<typeof kindOf>) => kinds.get(kind) ?? [];
  const there = new Set([...of('same'), ...of('renamed')].map(({ hash }) => hash));
  return {
    same: of('same').length,
    renamed: of('renamed').map((entry) => ({ found: entry, expected: byHash.get(entry.hash)! })),
    changed: of('changed').map((entry) => ({ found: entry, expected: byName.get(entry.name)! })),
    others: of('other'),
    missing: manifest.filter(({ hash }) => !there.has(hash)),
  };
}

/** Whether a folder is the set: each of its images, under its name, and no other. */
export function isWhole({ renamed, changed, others, missing }: Comparison): boolean {
  return [renamed, changed, others, missing].every(({ length }) => length === 0);
}

/**
 * The name of the set that a folder holds, whole or in part: the one with most of its images, by their pixels.
 *
 * Of sets that contain each other it is the smaller. Undefined if no image is of any set.
 */
export function recognise(
  found: readonly Entry[],
  manifests: ReadonlyMap<string, readonly Entry[]>,
): string | undefined {
  const hashes = new Set(found.map(({ hash }) => hash));
  const counts = [...manifests].map(([name, manifest]) => ({
    name,
    size: manifest.length,
    common: manifest.filter(({ hash }) => hashes.has(hash)).length,
  }));
  const [best] = counts.sort((a, b) => b.common - a.common || a.size - b.size);
  return best && best.common > 0 ? best.name : undefined;
}

/** How many names are listed before the rest is counted. */
const LISTED = 5;

/** The comparison in words, a line for each thing that is not as it should be. */
export function describeComparison(name: string, size: number, comparison: Comparison): string[] {
  if (isWhole(comparison)) return [`${name}: all ${size} images, the same pixels under the same names`];
  const { same, renamed, changed, others, missing } = comparison;
  return [
    `${name}: ${same} of ${size} images are the same`,
    ...line('missing', missing, (entry) => entry.name),
    ...line('other pixels', changed, describeChange),
    ...line(
      'another name, with which the noise of a test differs',
      renamed,
      ({ found, expected }) => `${found.name} is ${expected.name}`,
    ),
    ...line('not of this set', others, (entry) => entry.name),
  ];
}

function describeChange({ found, expected }: Comparison['changed'][number]): string {
  return found.size === expected.size ? found.name : `${found.name} (${found.size}, not ${expected.size})`;
}

function line<T>(what: string, items: readonly T[], describe: (item: T) => string): string[] {
  if (items.length === 0) return [];
  const more = items.length > LISTED ? ` and ${items.length - LISTED} more` : '';
  return [`  ${what}: ${items.slice(0, LISTED).map(describe).join(', ')}${more}`];
}
