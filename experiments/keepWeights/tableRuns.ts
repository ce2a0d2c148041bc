import { join } from 'node:path';
import { hashMethods, hashSources } from '@nlrn/cli';
import type { Dataset } from '@nlrn/data';
import { hashWeights } from '@nlrn/networks';
import { type AtLevel, levelInWords } from '../comparison/axis.ts';
import { isMultiView } from '../comparison/method.ts';
import type { Restoration } from '../comparison/restoration.ts';
import { readRestorations } from '../comparison/restorationFiles.ts';
import { COMPARISONS_FOLDER } from '../comparison/writeComparisons.ts';
import { otherOrigin, type Today } from '../lib/origins.ts';
import { RESULTS } from '../lib/results.ts';

type Find = (dataset: Pick<Dataset, 'hash'>, at: AtLevel) => Restoration | undefined;

/** What the tables' runs have of images at a level: what they have tested is not tested again. */
export interface TableRuns {
  /** The weights' own result */
  readonly own: Find;
  /** That of what they are compared with */
  readonly rival: Find;
}

/** Where they are looked for. */
export interface Tables {
  readonly runs: readonly Restoration[];
  /** The sources that are running */
  readonly sources: Required<Today>;
  readonly say: (line: string) => void;
}

/** The runs of this repository. */
export function committedTables(): Tables {
  const say = (line: string) => console.log(line);
  return {
    runs: readRestorations(join(RESULTS, COMPARISONS_FOLDER), say),
    sources: { ...hashSources(), methods: hashMethods() },
    say,
  };
}

/**
 * The runs of `exp denoising` and `exp super-resolution` that are of a weights file, or of a rival.
 *
 * A card names the commit that made it: a run by other sources than those that are running is said, and not taken.
 */
export function tableRuns(
  weights: string,
  rival: 'bm3d' | 'bicubic',
  { runs, sources, say }: Tables = committedTables(),
): TableRuns {
  const hash = hashWeights(weights);
  const finding =
    (is: (run: Restoration) => boolean): Find =>
    (dataset, { sigma, scale }) => {
      const run = runs.find(
        (run) => is(run) && run.test.hash === dataset.hash && run.sigma === sigma && run.scale === scale,
      );
      const origin = run && otherOrigin(run.sources, sources);
      if (!run || origin === undefined) return run;
      say(
        `${run.method}, ${run.set}, ${levelInWords(run)}: the table’s run is by ${origin}; it is tested again`,
      );
      return undefined;
    };
  return {
    own: finding(({ weights, method }) => weights?.hash === hash && !isMultiView({ name: method })),
    rival: finding(({ method }) => method === rival),
  };
}
