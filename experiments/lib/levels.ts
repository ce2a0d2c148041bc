import type { Level } from './results.ts';

/** A level may be this many times as far from what is drawn as that is wide: rows stay apart. */
const REACH = 1.5;

/**
 * The levels that are near enough to values on an axis of PSNR to be drawn, and what is to be said of the others.
 */
export function levelsBeside(
  values: readonly number[],
  levels: readonly Level[],
): { shown: Level[]; beyond: string[] } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const reach = REACH * (high - low);
  const isNear = ({ psnr }: Level) => psnr >= low - reach && psnr <= high + reach;
  const far = levels.filter((level) => !isNear(level));
  const words = far.map(({ method, psnr }) => `${method} ${psnr.toFixed(2)} dB`).join(', ');
  return { shown: levels.filter(isNear), beyond: far.length > 0 ? [`Beyond the axis: ${words}.`] : [] };
}
