import { join } from 'node:path';
import type { Dataset } from '@nlrn/data';
import { hashWeights } from '@nlrn/networks';
import type { AtLevel } from '../comparison/axis.ts';
import { isMultiView } from '../comparison/method.ts';
import { type Restoration, readRestorations } from '../comparison/restoration.ts';
import { COMPARISONS_FOLDER } from '../comparison/writeComparisons.ts';
import { RESULTS } from '../lib/results.ts';

type Find = (dataset: Pick<Dataset, 'hash'>, at: AtLevel) => Restoration | undefined;

/** What the tables' runs have of images at a level: what they have tested is not tested again. */
export interface TableRuns {
  /** The weights' own result */
  readonly own: Find;
  /** That of what they are compared with */
  readonly rival: Find;
}

/** The runs of `exp denoising` and `exp super-resolution` that are of a weights file, or of a rival. */
export function tableRuns(weights: string, rival: 'bm3d' | 'bicubic'): TableRuns {
  const runs = readRestorations(join(RESULTS, COMPARISONS_FOLDER), (line) => console.log(line));
  const hash = hashWeights(weights);
  const finding =
    (is: (run: Restoration) => boolean): Find =>
    (dataset, { sigma, scale }) =>
      runs.find(
        (run) => is(run) && run.test.hash === dataset.hash && run.sigma === sigma && run.scale === scale,
      );
  return {
    own: finding(({ weights, method }) => weights?.hash === hash && !isMultiView({ name: method })),
    rival: finding(({ method }) => method === rival),
  };
}
