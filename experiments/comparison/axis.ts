import { SR_SCALES } from '@nlrn/data';

/** Standard deviations that a table may have, 0-255 scale. */
const SIGMAS = Array.from({ length: 75 }, (_, i) => i + 1);

/** What a table has beside test sets and methods: levels of noise, or scales. */
export const AXES = {
  sigma: {
    /** The option that names some of its levels, and what they are */
    option: 'sigmas',
    about: 'Levels of noise',
    /** All levels for which there may be weights */
    all: SIGMAS,
    words: (...sigmas: readonly number[]) => `sigma ${sigmas.join(', ')}`,
    /** In names of files */
    mark: (sigma: number) => `s${sigma}`,
  },
  scale: {
    option: 'scales',
    about: 'Scales',
    all: SR_SCALES,
    words: (...scales: readonly number[]) => scales.map((scale) => `x${scale}`).join(', '),
    mark: (scale: number) => `x${scale}`,
  },
} as const;

export type Axis = keyof typeof AXES;

/** Where something stands on its axis: it has the one or the other. */
export interface AtLevel {
  readonly sigma?: number | undefined;
  readonly scale?: number | undefined;
}

export function atLevel(axis: Axis, level: number): AtLevel {
  return axis === 'sigma' ? { sigma: level } : { scale: level };
}

export function axisOf({ sigma }: AtLevel): Axis {
  return sigma === undefined ? 'scale' : 'sigma';
}

export function levelOf(at: AtLevel): number {
  return at[axisOf(at)]!;
}

/** `sigma 25`, `x2` */
export function levelInWords(at: AtLevel): string {
  return AXES[axisOf(at)].words(levelOf(at));
}

/** `s25`, `x2` */
export function levelMark(at: AtLevel): string {
  return AXES[axisOf(at)].mark(levelOf(at));
}
