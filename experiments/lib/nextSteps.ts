import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '@nlrn/cli';
import type { DataSets } from './data.ts';
import { RESULTS } from './results.ts';

/** What has been run. */
export interface Finished {
  /** Without `--fresh` */
  readonly command: string;
  /** The images that were generated, as no folder of them was given */
  readonly generated: readonly (keyof DataSets)[];
  /** Folder of all results, and below it that of the scale */
  readonly out: string;
  readonly scale: string;
  readonly seed: number;
}

/** How a command is told the folder of all results: ` --out DIR`; nothing where it is that of this repository. */
export function outOption(out: string): string {
  return out === RESULTS ? '' : ` --out ${quoted(out)}`;
}

/** Commands that a user may want next, each with what it does. */
export function nextSteps({ command, generated, out, scale, seed }: Finished): string {
  const weights = join(out, scale, 'weights', `full.seed${seed}.safetensors`);
  const steps = [
    [`pnpm exp report${outOption(out)}`, 'one page of all results'],
    ...(existsSync(weights)
      ? [[`pnpm nlrn denoise noisy.png clean.png --weights ${quoted(weights)}`, 'with the full model']]
      : []),
    ...(generated.length > 0
      ? [[[command, ...generated.map((set) => `--${set} DIR`)].join(' '), 'on PNG images of your own']]
      : []),
  ];
  return ['next:', ...steps.map(([line, what]) => `  ${line}\n      ${what}`)].join('\n');
}
