import { parseJson } from '@nlrn/files';
import * as z from 'zod';

/** Means over the images of a folder. */
const means = {
  /** How many they are */
  images: z.number().int().positive(),
  /** PSNR in dB, and SSIM, of what the network makes of them */
  psnr: z.number(),
  ssim: z.number(),
};

const denoisingFigureSchema = z.object({
  /** Of the noise, 0-255 scale */
  sigma: z.number().nonnegative(),
  ...means,
  /** Mean PSNR in dB of what BM3D makes of the same noisy images, where it was measured */
  bm3d: z.number().optional(),
});

const enlargingFigureSchema = z.object({
  /** How many times as long the sides became */
  scale: z.number().int().positive(),
  ...means,
  /** Mean PSNR in dB of the bicubic enlargement */
  bicubic: z.number(),
});

const figureSchema = z.union([denoisingFigureSchema, enlargingFigureSchema]);

/** How well a network restored the images of a folder. */
export type DenoisingFigure = z.infer<typeof denoisingFigureSchema>;

/** How well a network enlarged the images of a folder: of their luma, as `srQuality` has it. */
export type EnlargingFigure = z.infer<typeof enlargingFigureSchema>;

/** What a network is worth on a folder of test images. */
export type Figure = z.infer<typeof figureSchema>;

const evaluationSchema = z.record(z.string(), figureSchema);

/** Figures by folder, and by level where there are several: `set12`, `set12, sigma 15`, `set5, x2`. */
export type Figures = Readonly<Record<string, Figure>>;

/** The figures in the metadata of weights; none where `evaluation` is missing or says something else. */
export function figuresIn({ evaluation }: Readonly<Record<string, string>>): Figures {
  if (evaluation === undefined) return {};
  try {
    return evaluationSchema.parse(parseJson(evaluation));
  } catch {
    return {};
  }
}

/**
 * By how much a network is better than BM3D at a level, in dB: between the levels that were measured in proportion, and beyond
 * them, as far as it was trained for such noise, as at the last one. Undefined where nothing is known.
 */
export function gainOverBm3d(
  figures: Figures,
  sigma: number,
  trained: { readonly low: number; readonly high: number } | undefined,
): number | undefined {
  const points = Object.values(figures)
    .flatMap((figure) =>
      'sigma' in figure && figure.bm3d !== undefined
        ? [{ at: figure.sigma, gain: figure.psnr - figure.bm3d }]
        : [],
    )
    .sort((a, b) => a.at - b.at);
  const [below, above] = [points.findLast(({ at }) => at <= sigma), points.find(({ at }) => at >= sigma)];
  if (below && above) {
    const share = above.at === below.at ? 0 : (sigma - below.at) / (above.at - below.at);
    return below.gain + share * (above.gain - below.gain);
  }
  const isTrained = trained !== undefined && trained.low <= sigma && sigma <= trained.high;
  return isTrained ? (below ?? above)?.gain : undefined;
}

/** By how much a network is better than bicubic interpolation at a scale, in dB, on the first folder; undefined where that is not known. */
export function gainOverBicubic(figures: Figures, scale: number): number | undefined {
  const found = Object.values(figures).find((figure) => 'scale' in figure && figure.scale === scale);
  return found && 'scale' in found ? found.psnr - found.bicubic : undefined;
}
