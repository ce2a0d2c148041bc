import type { Model } from '@nlrn/cli';
import { gainOverBm3d } from '@nlrn/networks';
import type { LoadedWeights } from '@nlrn/nn';
import * as z from 'zod';
import { trainedPixels } from '../lib/trainedPixels.ts';
import type { ImageFigure } from './measured.ts';

/** The part of a training configuration that a card tells of. */
const trainingSchema = z.looseObject({
  batch: z.number(),
  patch: z.number(),
  steps: z.number(),
  settling: z.number().optional(),
  sigma: z.number().optional(),
  sigmas: z.array(z.number()).optional(),
  factors: z.array(z.number()).optional(),
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
    figuresTable(model),
    '## Where it fails',
    failuresOf(model, images),
  ];
  return `${sections.join('\n\n')}\n`;
}

function trainingOf(metadata: Readonly<Record<string, string>>): string[] {
  const images = `${metadata.trainedOn ?? 'Images'} with the hash ${metadata.trainingImages ?? 'unknown'}.`;
  const training = trainingSchema.safeParse(JSON.parse(metadata.training ?? 'null'));
  if (!training.success) return [images];
  const { batch, patch, steps, settling = 0, sigma, sigmas, factors, start } = training.data;
  const task = factors
    ? `Luma made ${factors.join(', ')} times smaller, and enlarged again, by bicubic interpolation`
    : `White Gaussian noise of ${sigmas ? `sigma ${sigmas.join(' to ')}` : `sigma ${sigma}`}`;
  const pixels = trainedPixels({ batch, patch, steps, settling }) / 1e6;
  return [
    images,
    `${task}; ${steps} steps of ${batch} patches of ${patch} x ${patch} pixels and ${Math.round(settling * steps)} ` +
      `to settle, ${pixels.toFixed(0)} million pixels${start === undefined ? '' : `, from weights with the hash ${start}`}` +
      `${metadata.trainedBy === undefined ? '' : `; computed by ${metadata.trainedBy}`}.`,
  ];
}

function purposeOf(model: Model): string {
  if (!model.scales) return noisePurpose(model);
  return `The luma of pictures that are to become ${model.scales.join(', ')} times as large: \`upscale\` takes it, and makes Cb and Cr by bicubic interpolation.`;
}

/** At which whole levels it is taken to be better than BM3D, and by which figures. */
function noisePurpose({ figures, noise }: Model): string {
  const better = Array.from({ length: 76 }, (_, sigma) => sigma).filter(
    (sigma) => (gainOverBm3d(figures, sigma, noise) ?? 0) > 0,
  );
  const grey =
    'Grey images, and the luminance of colour ones, with white Gaussian noise of a known or estimated level.';
  if (better.length === 0)
    return `${grey} At no level that was measured it is better than BM3D, which \`denoise\` takes instead.`;
  const compared = Object.entries(figures).filter(
    ([, figure]) => 'sigma' in figure && figure.bm3d !== undefined,
  );
  const where = [...new Set(compared.map(([name]) => setOf(name)))].join(', ');
  return (
    `${grey} By its means on ${where}, the images on which it was compared with BM3D, \`denoise\` takes it instead of BM3D ` +
    `at sigma ${rangesOf(better).join(', ')}; at levels that the table lacks, as at those beside.`
  );
}

/** `set12, sigma 25` -> `set12` */
const setOf = (figure: string) => figure.replace(/, .*/, '');

/** `10 to 30`, `40`: runs of whole numbers. */
function rangesOf(numbers: readonly number[]): string[] {
  const starts = numbers.filter((n) => !numbers.includes(n - 1));
  return starts.map((start) => {
    let end = start;
    while (numbers.includes(end + 1)) end++;
    return start === end ? `${start}` : `${start} to ${end}`;
  });
}

/** What a model is compared with, and what its figures are called. */
const rivalOf = ({ scales }: Model) =>
  scales ? { name: 'Bicubic interpolation', level: 'scale' } : { name: 'BM3D', level: 'sigma' };

function figuresTable(model: Model): string {
  const { name, level } = rivalOf(model);
  const rows = Object.entries(model.figures).map(([where, figure]) => {
    const { images, psnr, ssim } = figure;
    const [at, rival] = 'scale' in figure ? [figure.scale, figure.bicubic] : [figure.sigma, figure.bm3d];
    return `| ${setOf(where)} (${images}) | ${at} | ${psnr.toFixed(2)} | ${ssim.toFixed(4)} | ${rival === undefined ? '' : rival.toFixed(2)} |`;
  });
  return [`| images | ${level} | PSNR (dB) | SSIM | ${name} (dB) |`, '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

/** How many images are named. */
const WORST = 5;

function failuresOf(model: Model, images: readonly ImageFigure[]): string {
  const { name: rival } = rivalOf(model);
  const worse = images
    .filter((image) => image.psnr < image.rival)
    .sort((a, b) => a.psnr - a.rival - (b.psnr - b.rival));
  const named = worse
    .slice(0, WORST)
    .map(
      (image) =>
        `* ${image.name} at ${image.level}: ${image.psnr.toFixed(2)} dB, ${rival} ${image.rival.toFixed(2)}`,
    );
  const known = model.scales ? OTHER_ENLARGING : OTHER_NOISE;
  if (worse.length === 0) return `${known} ${rival} was better on none of the images above.`;
  return [
    `${known} ${rival} was better in ${worse.length} of ${images.length} cases, most of all:`,
    named.join('\n'),
  ].join('\n\n');
}

/** What is known to go wrong. */
const OTHER_NOISE =
  'Noise that is not white, as after JPEG, enlarging or a camera\u2019s own processing, is taken for texture in part.';
const OTHER_ENLARGING =
  'Pictures that have become small in another way than by bicubic interpolation with antialiasing, and what JPEG leaves in them, are sharpened too much or too little.';
