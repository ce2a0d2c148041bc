/** A learning rate for each step; steps count from 1 to `steps`. */
export type Schedule = (step: number) => number;

/** The rate is halved so many times, after parts of the run of equal length. */
export function halved(steps: number, { initial, times }: { initial: number; times: number }): Schedule {
  return (step) => initial / 2 ** Math.min(times, Math.floor(((step - 1) * (times + 1)) / steps));
}

/**
 * One cycle (Smith and Topin 2018, "Super-convergence"): the rate rises from `peak / 25` to `peak` over
 * the first 30 % of the run and falls to `peak / 25e4`, both along half a cosine, as PyTorch's OneCycleLR.
 *
 * The last step has the last rate: a run of one step has no other.
 */
export function oneCycle(steps: number, peak: number): Schedule {
  const top = 0.3 * steps - 1;
  const between = (from: number, to: number, part: number) =>
    to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
  return (step) => {
    const at = step - 1;
    if (at <= top) return between(peak / 25, peak, at / top);
    return between(peak, peak / 25e4, (at - top) / (steps - 1 - top));
  };
}
