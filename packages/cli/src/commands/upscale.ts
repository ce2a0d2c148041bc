import { SR_SCALES } from '@nlrn/data';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { backendOptions } from '../backendOptions.ts';
import { checkBackend } from '../backends.ts';
import { checkOptions } from '../checkOptions.ts';
import { PIPE } from '../checkValues.ts';
import type { Command } from '../command.ts';
import { checkTakes, number, text, userPath } from '../options.ts';
import { forceOption, keepOption } from '../overwrite.ts';
import { checkOutcome, eachPicture, goingOn, showingProgress } from '../pictures/eachPicture.ts';
import { jobsOf, NOTHING_TO_DO, picturesOf } from '../pictures/jobs.ts';
import { checkSize } from '../upscale/checkSize.ts';
import { BICUBIC, METHODS, modelFor, openNetwork, type Upscaler } from '../upscale/methods.ts';
import { upscale } from '../upscale/upscale.ts';

/** Bytes that a network's program may take: DRRN, of those published the widest, takes 2 kB a pixel of a tile. */
const MEMORY = 700 * 2 ** 20;

const upscaleOptions = {
  scale: {
    ...number(`How many times as long the sides become: ${SR_SCALES.join(', ')}`),
    demandOption: true,
  },
  method: text(
    `One of ${METHODS.join(', ')}; without it, the best network of "pnpm nlrn models" for the scale, or bicubic`,
  ),
  weights: text(
    'Weights of `train --task super-resolution`, or a published network’s: a .safetensors file; by default those of this package',
  ),
  force: forceOption,
  keep: keepOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof upscaleOptions> & { input: string; output: string };

const upscaleSchema = z.object({
  scale: z.literal(SR_SCALES, `the scales are ${SR_SCALES.join(', ')}`),
  method: z.enum(METHODS).optional(),
});

export const upscaleCommand: Command<Arguments> = {
  command: 'upscale <input> <output>',
  describe: 'Enlarge a picture, or a folder of them: PNG or JPEG, grey or colour',
  options: upscaleOptions,
  builder: (yargs) =>
    picturesOf(yargs)
      .example('$0 upscale photo.png big.png --scale 2', '')
      .example(
        '$0 upscale photo.png big.png --scale 2 --method srcnn',
        'with published weights, if they are at hand',
      )
      .example('$0 upscale photos big --scale 4 --weights runs/sr.safetensors', 'with a network')
      .example('$0 upscale - - --scale 3 < small.png > big.png', ''),
  takesPipes: true,
  handler: runUpscale,
};

async function runUpscale(args: Arguments): Promise<void> {
  const { scale, method } = checkOptions(upscaleSchema, args);
  checkBackend(args.backend, args.threads);
  if (method === 'bicubic') checkTakes(method, args, ['weights', 'backend', 'threads']);
  const weights = args.weights === undefined ? undefined : userPath(args.weights);
  const model = modelFor({ method, weights, scale });
  const jobs = jobsOf(args.input, args.output, args);
  const say = args.output === PIPE ? (line: string) => process.stderr.write(`${line}\n`) : console.log;
  if (jobs.length === 0) return say(NOTHING_TO_DO);
  if (model === undefined && method === undefined)
    say(
      `no network for --scale ${scale} comes with the packages: pictures are enlarged by bicubic interpolation`,
    );
  const work = async (upscaler: Upscaler) => {
    const outcome = await eachPicture(jobs, async (job, place) => {
      const picture = await job.read();
      checkSize(job.name, picture, { scale, format: job.format() });
      const result = await showingProgress('enlarging', place, (onProgress) =>
        upscale(picture, scale, upscaler, onProgress),
      );
      await job.write(result);
      const { width, height } = result.image;
      say(
        `${place.name === undefined ? '' : `${job.name}: `}wrote ${job.to}, ${width} x ${height}, enlarged by ${upscaler.describe}`,
      );
    });
    checkOutcome(outcome, jobs, 'enlarged', goingOn(args));
  };
  const { backend, threads } = args;
  return model === undefined
    ? work(BICUBIC)
    : openNetwork({ model, method, scale, backend, threads, memory: MEMORY }, work);
}
