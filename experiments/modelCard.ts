import type { Model } from '@nlrn/cli';
import { type Figures, gainOverBm3d } from '@nlrn/networks';
import type { LoadedWeights } from '@nlrn/nn';
import * as z from 'zod';

/** PSNR of one image, restored by a network and by BM3D, in dB. */
export interface ImageFigure {
  readonly name: string;
  readonly sigma: number;
  readonly psnr: number;
  readonly bm3d: number;
}

/** The part of a training configuration that a card tells of. */
const trainingSchema = z.looseObject({
  batch: z.number(),
  patch: z.number(),
  steps: z.number(),
  settling: z.number().optional(),
  sigma: z.number().optional(),
  sigmas: z.array(z.number()).optional(),
  start: z.string().optional(),
});

/** A card in Markdown of weights that have been tested: what they are, were trained on, are for, and where they fail. */
export function modelCard(
  model: Model,
  { config, metadata }: Pick<LoadedWeights<unknown>, 'config' | 'metadata'>,
  images: readonly ImageFigure[],
): string {
  const sections = [
    `# ${model.name}`,
    `${model.parameters} parameters, ${model.bytes} bytes, made by \`pnpm exp keep-weights\` at commit ${metadata.commit ?? 'unknown'}.`,
    'Its configuration:',
    `    ${JSON.stringify(config)}`,
    '## What it was trained on',
    ...trainingOf(metadata),
    '## What it is for',
    purposeOf(model),
    figuresTable(model.figures),
    '## Where it fails',
    failuresOf(images),
  ];
  return `${sections.join('\n\n')}\n`;
}

function trainingOf(metadata: Readonly<Record<string, string>>): string[] {
  const images = `${metadata.trainedOn ?? 'Images'} with the hash ${metadata.trainingImages ?? 'unknown'}.`;
  const training = trainingSchema.safeParse(JSON.parse(metadata.training ?? 'null'));
  if (!training.success) return [images];
  const { batch, patch, steps, settling = 0, sigma, sigmas, start } = training.data;
  const levels = sigmas ? `sigma ${sigmas.join(' to ')}` : `sigma ${sigma}`;
  const pixels = (batch * patch ** 2 * steps * (1 + settling)) / 1e6;
  return [
    images,
    `White Gaussian noise of ${levels}; ${steps} steps of ${batch} patches of ${patch} x ${patch} pixels and ${Math.round(settling * steps)} ` +
      `to settle, ${pixels.toFixed(0)} million pixels${start === undefined ? '' : `, from weights with the hash ${start}`}.`,
  ];
}

/** At which whole levels it is better than BM3D, by its figures. */
function purposeOf({ figures, noise }: Model): string {
  const better = Array.from({ length: 76 }, (_, sigma) => sigma).filter(
    (sigma) => (gainOverBm3d(figures, sigma, noise) ?? 0) > 0,
  );
  const grey =
    'Grey images, and the luminance of colour ones, with white Gaussian noise of a known or estimated level.';
  if (better.length === 0)
    return `${grey} At no level that was measured it is better than BM3D, which \`denoise\` takes instead.`;
  return `${grey} It is better than BM3D, and \`denoise\` takes it, at sigma ${rangesOf(better).join(', ')}.`;
}

/** `10 to 30`, `40`: runs of whole numbers. */
function rangesOf(numbers: readonly number[]): string[] {
  const starts = numbers.filter((n) => !numbers.includes(n - 1));
  return starts.map((start) => {
    let end = start;
    while (numbers.includes(end + 1)) end++;
    return start === end ? `${start}` : `${start} to ${end}`;
  });
}

function figuresTable(figures: Figures): string {
  const rows = Object.entries(figures).map(
    ([where, { sigma, images, psnr, ssim, bm3d }]) =>
      `| ${where.replace(/, sigma .*/, '')} (${images}) | ${sigma} | ${psnr.toFixed(2)} | ${ssim.toFixed(4)} | ${bm3d === undefined ? '' : bm3d.toFixed(2)} |`,
  );
  return ['| images | sigma | PSNR (dB) | SSIM | BM3D (dB) |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** How many images are named. */
const WORST = 5;

function failuresOf(images: readonly ImageFigure[]): string {
  const worse = images
    .filter(({ psnr, bm3d }) => psnr < bm3d)
    .sort((a, b) => a.psnr - a.bm3d - (b.psnr - b.bm3d));
  const named = worse
    .slice(0, WORST)
    .map(
      ({ name, sigma, psnr, bm3d }) =>
        `* ${name} at sigma ${sigma}: ${psnr.toFixed(2)} dB, BM3D ${bm3d.toFixed(2)}`,
    );
  const noise =
    'Noise that is not white, as after JPEG, enlarging or a camera\u2019s own processing, is taken for texture in part.';
  if (worse.length === 0) return `${noise} On none of the images above BM3D was better.`;
  return [
    `${noise} BM3D was better in ${worse.length} of ${images.length} cases, most of all:`,
    named.join('\n'),
  ].join('\n\n');
}
