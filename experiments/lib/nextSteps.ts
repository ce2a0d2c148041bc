import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '@nlrn/cli';
import { RESULTS } from './results.ts';

/** What has been run. */
export interface Finished {
  /** Without `--fresh` */
  readonly command: string;
  /** Whether images were generated, for training or for the test */
  readonly isGenerated: boolean;
  /** Folder of all results, and below it that of the scale */
  readonly out: string;
  readonly scale: string;
  readonly seed: number;
}

/** Commands that a user may want next, each with what it does. */
export function nextSteps({ command, isGenerated, out, scale, seed }: Finished): string {
  const weights = join(out, scale, 'weights', `full.seed${seed}.safetensors`);
  const steps = [
    [`pnpm exp report${out === RESULTS ? '' : ` --out ${quoted(out)}`}`, 'one page of all results'],
    ...(existsSync(weights)
      ? [[`pnpm nlrn denoise noisy.png clean.png --weights ${quoted(weights)}`, 'with the full model']]
      : []),
    ...(isGenerated ? [[`${command} --train DIR --test DIR`, 'on PNG images of your own']] : []),
  ];
  return ['next:', ...steps.map(([line, what]) => `  ${line}\n      ${what}`)].join('\n');
}
