import { type Aggregate, addBlock, squareWindow } from '../aggregate.ts';
import { type Groups, pixelRowsOfBand, rowsOfBand } from '../groups.ts';
import { bior15 } from '../transforms/bior.ts';
import { dct } from '../transforms/dct.ts';
import { kaiserWindow } from '../transforms/kaiser.ts';
import { type Channel, CollaborativeFilter } from './collaborativeFilter.ts';

/** Shape of the Kaiser window that blocks are weighted with (Dabov et al. 2007, Table I). */
const BETA = 2;

const TRANSFORMS = { 'bior1.5': () => bior15, dct };

/** A step of BM3D, once its groups are matched. */
export interface Step {
  readonly groups: Groups;
  readonly transform: keyof typeof TRANSFORMS;
  readonly channel: Channel;
  readonly aggregate: Aggregate;
}

/** A side of the window */
export function stepWindow({ block }: Groups): Float64Array {
  return kaiserWindow(block, BETA);
}

/** Filters the groups of a band and adds their blocks up. */
export function prepareStep(step: Step): (band: number) => void {
  const { groups, channel, aggregate } = step;
  const { width, height } = channel.noisy;
  const { columns, counts, block, size, search, places } = groups;
  const transform = TRANSFORMS[step.transform](block);
  const filter = new CollaborativeFilter(channel, transform, groups);
  const window = squareWindow(stepWindow(groups));

  function filterRow(r: number, origin: number): void {
    const row = groups.rows[r]!;
    const [top, bottom] = [Math.max(0, row - search), Math.min(height - block, row + search)];
    filter.need(top, bottom + 1);
    for (let c = 0; c < columns.length; c++) {
      const reference = r * columns.length + c;
      const M = powerOfTwo(counts[reference]!);
      filterGroup(reference * size, M, origin);
    }
  }

  function filterGroup(first: number, M: number, origin: number): void {
    const weight = filter.apply(places, first, M);
    for (let m = 0; m < M; m++) {
      addBlock(
        aggregate,
        places[first + m]! - origin,
        width,
        weight,
        window,
        filter.group,
        m * block * block,
        block,
      );
    }
  }

  return (band) => {
    const { from, to } = rowsOfBand(groups, band);
    const origin = pixelRowsOfBand(groups, band, height).from * width - band * aggregate.bandLength;
    for (let r = from; r < to; r++) filterRow(r, origin);
  };
}

/** The largest power of two up to n. */
function powerOfTwo(n: number): number {
  return 2 ** (31 - Math.clz32(n));
}
