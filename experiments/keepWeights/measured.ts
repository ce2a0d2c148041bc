import { liveLine, testingFacts } from '@nlrn/cli';
import type { Figures } from '@nlrn/networks';
import type { EvaluationProgress } from '@nlrn/nn';

/** PSNR of one image, restored by a network and by what it is compared with, in dB. */
export interface ImageFigure {
  readonly name: string;
  /** `sigma 25`, `x2` */
  readonly level: string;
  readonly psnr: number;
  readonly rival: number;
}

/** What weights are kept with: figures by folder and level, and those of single images on the first folder. */
export interface Measured {
  readonly figures: Figures;
  readonly images: readonly ImageFigure[];
}

/** Shows how far a test has come. */
export function showingTest<T>(
  work: (onProgress: (progress: EvaluationProgress) => void) => Promise<T>,
): Promise<T> {
  const line = liveLine();
  return work((progress) => line.show(testingFacts(progress))).finally(line.clear);
}
