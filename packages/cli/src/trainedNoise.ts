import { formatLevels } from '@nlrn/networks';
import type { TrainedNoise } from '@nlrn/nn';
import { UserError } from './userError.ts';

/** Throws UserError for weights of a network that enlarges, which removes no noise. */
export function checkRemovesNoise(
  weights: string,
  { scales }: { readonly scales?: readonly number[] | undefined },
): void {
  if (scales === undefined) return;
  throw new UserError(
    `--weights ${weights}: were trained to enlarge pictures; use "pnpm nlrn upscale", or other weights`,
  );
}

/** Warns on stderr when the noise of an option is not what the weights were trained for. */
export function warnOfOtherNoise(option: string, sigma: number, trained: TrainedNoise | undefined): void {
  if (trained === undefined || (trained.low <= sigma && sigma <= trained.high)) return;
  process.stderr.write(
    `${option} ${sigma}: the weights were trained for ${formatLevels(trained)}; other noise is removed less well\n`,
  );
}
