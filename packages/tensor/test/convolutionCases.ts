import type { Conv2dOptions } from '../src/index.ts';

/** A convolution other than with stride 1 and the same padding all around: x [...image, C], filters [...filter, C / groups, K]. */
export interface ConvolutionCase {
  readonly image: readonly [B: number, H: number, W: number];
  readonly filter: readonly [height: number, width: number];
  readonly channels: readonly [C: number, K: number];
  readonly options: Conv2dOptions;
}

export const convolutionCases: readonly ConvolutionCase[] = [
  // Strides, with and without pixels that no output sees, and padding that differs on each side.
  { image: [2, 7, 6], filter: [3, 3], channels: [5, 9], options: { stride: 2, padding: 1 } },
  { image: [1, 8, 7], filter: [3, 2], channels: [3, 17], options: { stride: [3, 2], padding: [[1, 2], 0] } },
  { image: [1, 9, 5], filter: [2, 3], channels: [1, 1], options: { stride: 3, padding: [0, [0, 3]] } },
  { image: [2, 6, 9], filter: [1, 1], channels: [8, 4], options: { stride: [2, 3] } },
  {
    image: [1, 5, 5],
    filter: [3, 3],
    channels: [4, 3],
    options: {
      padding: [
        [2, 0],
        [1, 3],
      ],
    },
  },
  // More padding than the filter has reach, and pixels cut off.
  { image: [1, 4, 3], filter: [2, 1], channels: [2, 3], options: { padding: 3 } },
  {
    image: [1, 7, 8],
    filter: [3, 2],
    channels: [2, 3],
    options: {
      padding: [
        [-2, 1],
        [-1, -2],
      ],
      stride: [1, 2],
    },
  },
  // Taps apart.
  { image: [1, 9, 8], filter: [3, 3], channels: [5, 3], options: { dilation: 2, padding: 2 } },
  {
    image: [2, 7, 11],
    filter: [2, 3],
    channels: [4, 17],
    options: {
      dilation: [3, 4],
      padding: [
        [1, 0],
        [2, 1],
      ],
      stride: [1, 2],
    },
  },
  {
    image: [1, 9, 6],
    filter: [3, 2],
    channels: [3, 8],
    options: { dilation: [2, 1], stride: [2, 1], padding: 1 },
  },
  {
    image: [1, 6, 9],
    filter: [2, 3],
    channels: [3, 8],
    options: { dilation: [1, 3], stride: [3, 1], padding: [0, 3] },
  },
  // The same by Winograd's method, of images that the dilation cuts into unequal parts.
  {
    image: [2, 17, 18],
    filter: [3, 3],
    channels: [16, 17],
    options: {
      dilation: 2,
      padding: [
        [2, 1],
        [3, 2],
      ],
    },
  },
  { image: [1, 9, 27], filter: [3, 3], channels: [17, 16], options: { dilation: [1, 3], padding: [1, 4] } },
  { image: [1, 6, 7], filter: [3, 3], channels: [16, 16], options: { dilation: 2, padding: 2 } },
  // Tiles that lie in the image, reach beyond it, or see nothing of it.
  { image: [2, 13, 14], filter: [3, 3], channels: [24, 32], options: { padding: [-1, 2] } },
  { image: [1, 9, 8], filter: [3, 3], channels: [16, 16], options: { padding: [7, 0] } },
  { image: [2, 1, 2], filter: [3, 3], channels: [16, 18], options: { padding: [1, 9] } },
  {
    image: [1, 5, 6],
    filter: [3, 3],
    channels: [16, 16],
    options: {
      padding: [
        [0, 2],
        [1, 0],
      ],
    },
  },
  // Groups; each channel by itself; more outputs than inputs.
  { image: [2, 5, 6], filter: [3, 3], channels: [6, 4], options: { groups: 2, padding: 1 } },
  {
    image: [1, 6, 5],
    filter: [2, 3],
    channels: [40, 36],
    options: { groups: 2, stride: 2, dilation: [1, 2], padding: [[0, 1], 2] },
  },
  { image: [1, 4, 5], filter: [2, 2], channels: [9, 6], options: { groups: 3 } },
  { image: [2, 5, 6], filter: [3, 3], channels: [5, 5], options: { groups: 5, padding: 1 } },
  {
    image: [1, 8, 7],
    filter: [3, 2],
    channels: [17, 17],
    options: { groups: 17, stride: [2, 3], padding: [[1, 0], 1] },
  },
  {
    image: [1, 6, 9],
    filter: [2, 3],
    channels: [36, 36],
    options: { groups: 36, dilation: [3, 2], padding: [1, [4, 2]] },
  },
  { image: [1, 4, 3], filter: [2, 1], channels: [8, 8], options: { groups: 8, padding: [-1, 2] } },
  { image: [1, 4, 5], filter: [3, 2], channels: [3, 6], options: { groups: 3, padding: 1 } },
  // Zeros put into the image: outputs that see other taps than their neighbours, or none at all.
  { image: [2, 4, 3], filter: [3, 3], channels: [5, 9], options: { inputDilation: 2, padding: 1 } },
  {
    image: [1, 4, 5],
    filter: [4, 2],
    channels: [3, 17],
    options: {
      inputDilation: [2, 3],
      padding: [
        [3, 2],
        [0, 1],
      ],
    },
  },
  { image: [1, 3, 4], filter: [1, 2], channels: [2, 3], options: { inputDilation: 3, padding: 1 } },
  {
    image: [1, 4, 4],
    filter: [3, 3],
    channels: [2, 3],
    options: { inputDilation: 2, dilation: 2, padding: [[1, 2], 3] },
  },
  {
    image: [1, 4, 5],
    filter: [2, 3],
    channels: [3, 4],
    options: { inputDilation: [2, 4], dilation: [3, 2], padding: [2, [3, 1]] },
  },
  {
    image: [1, 5, 4],
    filter: [3, 2],
    channels: [3, 4],
    options: { inputDilation: [2, 3], stride: [3, 2], padding: [[2, 1], 1] },
  },
  {
    image: [1, 4, 5],
    filter: [2, 3],
    channels: [4, 5],
    options: { inputDilation: [4, 2], stride: [2, 4], padding: [1, 2] },
  },
  // As many zeros as a step passes over: every output sees the same taps, but not all; from one channel, and to one.
  {
    image: [1, 7, 7],
    filter: [3, 2],
    channels: [1, 1],
    options: {
      inputDilation: [3, 1],
      stride: [3, 1],
      padding: [
        [2, 0],
        [2, 0],
      ],
    },
  },
  {
    image: [2, 5, 4],
    filter: [5, 3],
    channels: [1, 3],
    options: { inputDilation: 2, stride: 2, padding: [2, 1] },
  },
  {
    image: [1, 6, 5],
    filter: [3, 3],
    channels: [3, 1],
    options: { inputDilation: 2, stride: 2, padding: [1, [0, 2]] },
  },
  {
    image: [1, 5, 4],
    filter: [1, 1],
    channels: [3, 1],
    options: { inputDilation: 2, stride: 2, padding: [1, 2] },
  },
  {
    image: [1, 4, 3],
    filter: [3, 3],
    channels: [3, 2],
    options: {
      inputDilation: 2,
      padding: [
        [-1, 1],
        [3, -2],
      ],
    },
  },
  {
    image: [1, 9, 8],
    filter: [6, 5],
    channels: [16, 16],
    options: {
      inputDilation: 2,
      padding: [
        [5, 4],
        [2, 3],
      ],
    },
  },
  {
    image: [1, 4, 3],
    filter: [3, 3],
    channels: [6, 4],
    options: { inputDilation: 2, groups: 2, padding: 1 },
  },
  {
    image: [2, 4, 3],
    filter: [3, 4],
    channels: [5, 5],
    options: { inputDilation: [2, 3], groups: 5, padding: [1, [2, 3]] },
  },
  {
    image: [1, 3, 4],
    filter: [1, 3],
    channels: [9, 9],
    options: { inputDilation: 2, groups: 9, dilation: [1, 2], padding: [0, 3] },
  },
];

/** What a case is called. */
export function titleOf({ image, filter, channels, options }: ConvolutionCase): string {
  const given = Object.entries(options).map(([key, value]) => `, ${key} ${JSON.stringify(value)}`);
  return `${image.join(' x ')}, ${channels.join(' -> ')}, filter ${filter.join(' x ')}${given.join('')}`;
}

/** The shapes of a case's image and filters. */
export function shapesOf({ image, filter, channels: [C, K], options: { groups = 1 } }: ConvolutionCase) {
  return { x: [...image, C], w: [...filter, C / groups, K] };
}
