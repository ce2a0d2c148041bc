import type { Level } from './results.ts';

/** A level may be this many times as far from what is drawn as that is wide: rows stay apart. */
const REACH = 1.5;

/**
 * The levels that are near enough to values on an axis of PSNR to be drawn, and what is to be said of them and the others.
 */
export function levelsBeside(
  values: readonly number[],
  levels: readonly Level[],
): { shown: Level[]; words: string[] } {
  if (values.length === 0) return { shown: [], words: [] };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const reach = REACH * (high - low);
  const isNear = ({ psnr }: Level) => psnr >= low - reach && psnr <= high + reach;
  const shown = levels.filter(isNear);
  const far = levels.filter((level) => !isNear(level));
  const beyond = far.map(({ method, psnr }) => `${method} ${psnr.toFixed(2)} dB`).join(', ');
  return {
    shown,
    words: [
      ...(shown.length > 0 ? ['Red lines: other methods on the same images, as the paper has them.'] : []),
      ...(far.length > 0 ? [`Beyond the axis: ${beyond}.`] : []),
    ],
  };
}
