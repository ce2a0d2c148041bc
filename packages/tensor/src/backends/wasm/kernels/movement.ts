// Every rearrangement is one copy between two strided views: transposing permutes strides, flipping negates
// them, repeating sets them to zero, padding and cropping move the start.

import { copyRun } from './runs';
import { firstItem, integer, pointer } from './work';

/**
 * args: from, to, rank, then rank sizes, rank strides of `from`, rank strides of `to` (in elements).
 * Items: runs along the last axis.
 */
export function copyStrided(args: usize, thread: i32, threads: i32): void {
  const rank = integer(args, 2);
  const sizes = args + 12, fromStrides = sizes + (<usize>rank << 2), toStrides = fromStrides + (<usize>rank << 2);
  const inner = integer(sizes, rank - 1);
  const fromStep = integer(fromStrides, rank - 1), toStep = integer(toStrides, rank - 1);
  let runs = 1;
  for (let axis = 0; axis < rank - 1; axis++) runs *= integer(sizes, axis);
  const last = firstItem(runs, thread + 1, threads);
  for (let run = firstItem(runs, thread, threads); run < last; run++) {
    let rest = run, from = 0, to = 0;
    for (let axis = rank - 2; axis >= 0; axis--) {
      const size = integer(sizes, axis);
      const index = rest % size;
      rest /= size;
      from += index * integer(fromStrides, axis);
      to += index * integer(toStrides, axis);
    }
    copySteps(pointer(args, 0) + (<usize>from << 2), fromStep, pointer(args, 1) + (<usize>to << 2), toStep, inner);
  }
}

function copySteps(from: usize, fromStep: i32, to: usize, toStep: i32, count: i32): void {
  if (fromStep == 1 && toStep == 1) {
    copyRun(to, from, count);
    return;
  }
  for (let i = 0; i < count; i++) {
    f32.store(to + (<usize>(i * toStep) << 2), f32.load(from + (<usize>(i * fromStep) << 2)));
  }
}
