import type { Image, NamedImage, OnProgress } from '@nlrn/data';
import type { NetworkConfig } from '@nlrn/networks';
import type { Network, Restorer } from '@nlrn/nn';
import type { Restoration } from './restoration.ts';
import type { Trained } from './sets.ts';

/** A way to restore images, as a table compares them. */
export interface Method {
  /** As `--only` takes it */
  readonly name: string;
  readonly label: string;
  /** In plots, where its label is long */
  readonly short?: string;
  /** As the paper's tables call it, if they have it */
  readonly paper?: string;
  /** Images that its weights were trained on, of those that tables test on */
  readonly trainedOn?: Trained;
  /** Whether its measure is one of colour images: of luma alone it would be the common one */
  readonly needsColour?: boolean;
  /** Core-seconds a megapixel, measured on two cores of an AMD EPYC: for the time that is told beforehand */
  readonly pace: number;
  readonly by: Classic | ByNetwork | PaperOnly;
}

/** A test image that has been made worse, at a level, and waits to be restored. */
export interface Trial {
  /** What a perfect method would make of it */
  readonly truth: Image;
  /** What is seen of it, where it has noise */
  readonly noisy?: Image;
  restore(onProgress: OnProgress): Promise<Image>;
  measure(restored: Image): Restoration['mean'];
}

/** A method without training. */
interface Classic {
  readonly kind: 'classic';
  readonly trialOf: (item: NamedImage, level: number, threads: number | undefined) => Trial;
}

export interface ByNetwork {
  readonly kind: 'network';
  readonly network: NetworkConfig['network'];
  /** The file of weights for a level, in the folder of weights or as a whole path */
  readonly file: (level: number) => string;
  readonly trialOf: (item: NamedImage, level: number, opened: OpenedNetwork) => Trial;
}

/** A network of which there are no weights: its column is the paper's alone. */
interface PaperOnly {
  readonly kind: 'paper only';
  readonly config: NetworkConfig;
}

export interface OpenedNetwork {
  readonly network: Network;
  readonly restore: Restorer;
}

/** How the name of a method ends that is applied in all eight turns. */
const MULTI_VIEW = '-mv';

/** A network in multi-view testing. */
export function inAllViews(method: Method): Method {
  const { name, label, short, paper, pace } = method;
  return {
    ...method,
    name: `${name}${MULTI_VIEW}`,
    label: `${label}, multi-view`,
    ...(short && { short: `${short}-MV` }),
    ...(paper && { paper: `${paper}-MV` }),
    pace: 8 * pace,
  };
}

export const isMultiView = ({ name }: Pick<Method, 'name'>) => name.endsWith(MULTI_VIEW);
