import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from './userError.ts';

/** What `denoise` and `evaluate` use when no weights are named: the full model of the preset `laptop`, trained for sigma 25. */
export const DEFAULT_WEIGHTS = fileURLToPath(
  import.meta.resolve('@nlrn/nlrn/weights/nlrn-laptop-s25.safetensors'),
);

/** The path of the weights that come with the package. Throws UserError, with the remedy, if they do not. */
export function defaultWeights(path = DEFAULT_WEIGHTS): string {
  if (existsSync(path)) return path;
  throw new UserError(
    `--weights is not given, and ${path} is not there; name a file of "pnpm nlrn train", or make it: ` +
      '"pnpm exp ablation-variants --preset laptop --only nlrn --seeds 1 --train DIR --test DIR", then "pnpm exp keep-weights --on DIR"',
  );
}
