import { parseJson } from '@nlrn/files';
import * as z from 'zod';

const figureSchema = z.object({
  /** Of the noise, 0-255 scale */
  sigma: z.number().nonnegative(),
  /** How many images the means are of */
  images: z.number().int().positive(),
  /** Mean PSNR in dB, and SSIM, of the restored images */
  psnr: z.number(),
  ssim: z.number(),
  /** Mean PSNR in dB of what BM3D makes of the same noisy images, where it was measured */
  bm3d: z.number().optional(),
});

/** How well a network restored the images of a folder. */
export type Figure = z.infer<typeof figureSchema>;

const evaluationSchema = z.record(z.string(), figureSchema);

/** Figures by folder, and by level where there are several: `set12`, `set12, sigma 15`. */
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
    .flatMap(({ sigma: at, psnr, bm3d }) => (bm3d === undefined ? [] : [{ at, gain: psnr - bm3d }]))
    .sort((a, b) => a.at - b.at);
  const [below, above] = [points.findLast(({ at }) => at <= sigma), points.find(({ at }) => at >= sigma)];
  if (below && above) {
    const share = above.at === below.at ? 0 : (sigma - below.at) / (above.at - below.at);
    return below.gain + share * (above.gain - below.gain);
  }
  const isTrained = trained !== undefined && trained.low <= sigma && sigma <= trained.high;
  return isTrained ? (below ?? above)?.gain : undefined;
}
