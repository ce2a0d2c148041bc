import { type Image, toLuma8, toMatlabGrey } from '@nlrn/data';

/** A set of images of the paper, or one that its sets are made of. */
export interface KnownSet {
  /** Of its folder, and of its manifest in manifests/. */
  readonly name: string;
  /** What it is, and where the paper uses it. */
  readonly about: string;
  readonly source: Source;
}

/** Where a set comes from, and how its images are made of the files there. */
export interface Source {
  /** Owner and name of a repository on github.com. */
  readonly repository: string;
  readonly folder: string;
  /** The name there of an image; by default the same. */
  readonly fileOf?: (name: string) => string;
  readonly convert?: (image: Image) => Image;
  /** Why the images cannot be fetched file by file. */
  readonly byHand?: string;
}

const DNCNN = 'cszn/DnCNN';
const BSDS = 'BIDS/BSDS500';
const SELF_EX = 'jbhuang0604/SelfExSR';

/** Decoders of JPEG may differ by a level: with another than libjpeg the images are nearly, not exactly, these. */
const JPEG = 'JPEG files there: decode them with libjpeg, then rgb2gray as in datasets/README.md';

/** `img_001.png` is `img_001_SRF_4_HR.png` there. */
const highResolution = (scale: number) => (name: string) => name.replace('.png', `_SRF_${scale}_HR.png`);

export const SETS: readonly KnownSet[] = [
  {
    name: 'train400',
    about: '400 grey images of 180 x 180, training set of setting (1): Tables 1, 2 and 4, Figures 5 and 6',
    source: {
      repository: DNCNN,
      folder: 'TrainingCodes/DnCNN_TrainingCodes_v1.0/data/Train400',
    },
  },
  {
    name: 'set12',
    about: '12 grey test images: Tables 1 to 4, Figures 5 and 6',
    source: { repository: DNCNN, folder: 'testsets/Set12' },
  },
  {
    name: 'bsd68',
    about: '68 grey test images: Table 4',
    source: { repository: DNCNN, folder: 'testsets/BSD68' },
  },
  {
    name: 'urban100',
    about: '100 grey test images of buildings: Tables 4 and 5',
    source: {
      repository: SELF_EX,
      folder: 'data/Urban100/image_SRF_4',
      fileOf: highResolution(4),
      convert: toMatlabGrey,
    },
  },
  {
    name: 'set14-red',
    about: 'the "14 images" of 256 x 256, grey: Table 5',
    source: {
      repository: 'wutianyiRosun/MemNet',
      folder: 'data/SuperResolution/GaussianDenoising/S14',
      byHand: 'the names of the files there are not on record',
    },
  },
  {
    name: 'bsd300-train',
    about: '200 grey images of 321 x 481, of the training set of setting (2): Table 5',
    source: { repository: BSDS, folder: 'BSDS500/data/images/train', byHand: JPEG },
  },
  {
    name: 'bsd300-val',
    about: '100 grey images of 321 x 481, the rest of that set; the 68 of bsd68 are among them',
    source: { repository: BSDS, folder: 'BSDS500/data/images/val', byHand: JPEG },
  },
  {
    name: 'bsd200',
    about: '200 grey images of 321 x 481; with bsd300-train the authors’ own training set of setting (1)',
    source: { repository: BSDS, folder: 'BSDS500/data/images/test', byHand: JPEG },
  },
  {
    name: 'bsd200-half',
    about: 'bsd200 at half its size, the test set BSD200 as far as can be told: Table 5',
    source: { repository: BSDS, folder: 'BSDS500/data/images/test', byHand: 'computed from bsd200' },
  },
  {
    name: 'set5',
    about: '5 colour images for super-resolution: Table 6',
    source: { repository: SELF_EX, folder: 'data/Set5/image_SRF_2' },
  },
  {
    name: 'set14',
    about: '14 colour images for super-resolution: Table 6',
    source: {
      repository: 'cszn/IRCNN',
      folder: 'testsets/Set14',
      byHand: 'the names of the files there are not on record',
    },
  },
  {
    name: 'bsd100-y',
    about: 'luma of 100 images for super-resolution: Table 6',
    source: {
      repository: SELF_EX,
      folder: 'data/BSD100/image_SRF_3',
      fileOf: highResolution(3),
      convert: toLuma8,
    },
  },
  {
    name: 'urban20-y',
    about: 'luma of 20 images of Urban100, one of each five by difficulty',
    source: {
      repository: SELF_EX,
      folder: 'data/Urban100/image_SRF_4',
      fileOf: highResolution(4),
      convert: toLuma8,
    },
  },
  {
    name: 'train291-y',
    about: 'luma of 291 training images for super-resolution: Table 6',
    source: {
      repository: 'jiny2001/dcscn-super-resolution',
      folder: 'data (yang91, bsd200)',
      byHand: 'two folders, of which one has names that are not on record',
    },
  },
];
