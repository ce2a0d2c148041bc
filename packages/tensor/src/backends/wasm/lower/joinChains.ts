import { ALIGNMENT } from '../../../program/memoryPlan.ts';
import type { Argument, Call } from './call.ts';
import { roundUp } from './call.ts';

/** A kernel call, and whether one thread does it alone. */
export interface Planned {
  readonly call: Call;
  readonly alone: boolean;
}

/**
 * Joins element-wise calls that follow each other, so that each block of elements goes through all of them while it lies
 * in L1: what one writes and the next one reads then costs no memory traffic.
 *
 * Going block by block changes the order of reading and writing. Nothing else changes where each operation meets what
 * the others write at its own elements or not at all; values that overlap in another way (memory that is used again,
 * shifted; a scalar that the chain itself computes) end a chain.
 */
export function joinChains(calls: readonly Planned[]): Planned[] {
  const joined: Planned[] = [];
  for (const next of calls) {
    const before = joined.at(-1);
    if (
      before &&
      isChain(before) &&
      isChain(next) &&
      before.alone === next.alone &&
      fits(before.call, next.call)
    ) {
      const args = [...before.call.args.slice(0, -1), ...next.call.args.slice(1)];
      joined[joined.length - 1] = { ...before, call: { ...before.call, args } };
    } else {
      joined.push(next);
    }
  }
  return joined;
}

function isChain({ call }: Planned): boolean {
  return call.kernel === 'ELEMENTWISE';
}

/** Bytes of memory that an operation reads or writes. */
interface AddressRange {
  readonly from: number;
  readonly to: number;
}

interface ChainLink {
  readonly reads: readonly AddressRange[];
  readonly write: AddressRange;
}

/** Words of an operation, see kernels/elementwise.ts. */
const WORDS = 6;

function operationsOf({ args }: Call): ChainLink[] {
  const bytes = 4 * roundUp(Number(args[0]), ALIGNMENT);
  const range = (address: Argument | undefined, scalar: Argument | undefined): AddressRange => ({
    from: Number(address),
    to: Number(address) + (scalar === true ? 4 : bytes),
  });
  const operations: ChainLink[] = [];
  for (let i = 1; i < args.length - 1; i += WORDS) {
    const [, a, b, y, aScalar, bScalar] = args.slice(i, i + WORDS);
    operations.push({ reads: [range(a, aScalar), range(b, bScalar)], write: range(y, false) });
  }
  return operations;
}

function fits(before: Call, next: Call): boolean {
  if (before.args[0] !== next.args[0]) return false;
  const [operation] = operationsOf(next) as [ChainLink];
  return operationsOf(before).every(
    (earlier) =>
      apartOrSame(operation.write, earlier.write) &&
      operation.reads.every((read) => apartOrSame(read, earlier.write)) &&
      earlier.reads.every((read) => apartOrSame(operation.write, read)),
  );
}

function apartOrSame(a: AddressRange, b: AddressRange): boolean {
  return a.to <= b.from || b.to <= a.from || (a.from === b.from && a.to === b.to);
}
