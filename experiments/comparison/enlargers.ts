import { join } from 'node:path';
import { installedModels, WEIGHTS } from '@nlrn/cli';
import {
  cropImage,
  type Image,
  type NamedImage,
  type OnProgress,
  resizeTo,
  SR_PROTOCOLS,
  type SrProtocol,
  type SrScale,
  type SrTest,
  srBicubic,
  toLuma8,
} from '@nlrn/data';
import { bestEnlarger, DRCN_CONFIG, MEMNET_CONFIG, type NetworkConfig } from '@nlrn/networks';
import { enlargeWith } from '@nlrn/nn';
import type { Method, Trial } from './method.ts';

type Small = Pick<SrTest, 'low' | 'enlarged'>;

/**
 * A test image made small, and its bicubic enlargement. What is measured is luma, as the protocol has it.
 *
 * The time of a network that takes the enlargement is its own alone.
 */
function smallTrial(
  { image }: NamedImage,
  scale: SrScale,
  protocol: SrProtocol,
  enlarge: (small: Small, onProgress: OnProgress) => Promise<Image>,
): Trial {
  const test = SR_PROTOCOLS[protocol](image, scale);
  const { width, height } = test.enlarged;
  return {
    truth: cropImage(toLuma8(image), { x: 0, y: 0, width, height }),
    restore: (onProgress) => enlarge(test, onProgress),
    measure: (restored) => ({ restored: test.measure(restored) }),
  };
}

/** All levels of the tables are scales. */
const asScale = (level: number) => level as SrScale;

const network = (
  name: NetworkConfig['network'],
  file: string | ((scale: number) => string),
  protocol: SrProtocol = 'common',
): Method['by'] => ({
  kind: 'network',
  network: name,
  file: typeof file === 'string' ? () => file : file,
  trialOf: (item, level, { network, restore }) =>
    smallTrial(item, asScale(level), protocol, (small, onProgress) =>
      enlargeWith(network, restore, small, { onProgress }),
    ),
});

/** As it is published; made once more, so that its time is known. */
const bicubic: Method['by'] = {
  kind: 'classic',
  trialOf: (item, level) =>
    smallTrial(item, asScale(level), 'common', async ({ low, enlarged: { width, height } }) => {
      const enlarged = resizeTo(low, width, height);
      return srBicubic({ truth: enlarged, low, enlarged });
    }),
};

const lapsrn = (protocol: SrProtocol) =>
  network('lapsrn', (scale) => `lapsrn-x${scale === 2 ? 2 : 4}.safetensors`, protocol);

/** All ways to enlarge images, in the order of the table; their paces are the means over the scales. */
export const ENLARGERS: readonly Method[] = [
  { name: 'bicubic', label: 'Bicubic', pace: 0.2, by: bicubic },
  {
    name: 'srcnn',
    label: 'SRCNN',
    paper: 'SRCNN',
    pace: 2,
    by: network('srcnn', (scale) => `srcnn-955-x${scale}.safetensors`),
  },
  {
    name: 'fsrcnn',
    label: 'FSRCNN',
    pace: 0.6,
    by: network('fsrcnn', (scale) => `fsrcnn-x${scale}.safetensors`),
  },
  {
    name: 'vdsr',
    label: 'VDSR',
    paper: 'VDSR',
    pace: 9,
    by: network('vdsr', 'vdsr-official.safetensors'),
  },
  {
    name: 'drcn',
    label: 'DRCN',
    paper: 'DRCN',
    pace: 0,
    by: { kind: 'paper only', config: DRCN_CONFIG },
  },
  {
    name: 'drcn-small',
    label: 'DRCN of 96 filters, 9 recursions (not its authors’)',
    short: 'DRCN, small',
    pace: 18,
    by: network('drcn', 'drcn-jiny2001-f96d9-x2.safetensors'),
  },
  { name: 'lapsrn', label: 'LapSRN, common protocol', short: 'LapSRN', pace: 2, by: lapsrn('common') },
  {
    name: 'lapsrn-own',
    label: 'LapSRN, its authors’ protocol',
    short: 'LapSRN, its own',
    paper: 'LapSRN',
    needsColour: true,
    pace: 2,
    by: lapsrn('lapsrn'),
  },
  {
    name: 'drrn',
    label: 'DRRN, trained by others',
    short: 'DRRN',
    paper: 'DRRN',
    pace: 80,
    by: network('drrn', 'drrn-b1u25-nobn.safetensors'),
  },
  {
    name: 'memnet',
    label: 'MemNet',
    paper: 'MemNet',
    pace: 0,
    by: { kind: 'paper only', config: MEMNET_CONFIG },
  },
  {
    name: 'nlrn',
    label: 'NLRN of 64 channels, trained here',
    short: 'NLRN, small',
    paper: 'NLRN',
    pace: 10,
    by: network(
      'nlrn',
      (scale) => bestEnlarger(installedModels(), scale)?.path ?? join(WEIGHTS, 'nlrn-sr.safetensors'),
    ),
  },
];
