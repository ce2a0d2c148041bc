import type { Image } from '../image.ts';
import type { Chunk } from './png/chunk.ts';

/** An image as a file holds it, with all that says how it is to be shown. */
export interface Picture {
  /** Colours as stored, also where nothing of them shows. */
  readonly image: Image;
  /** [height, width], 0 = transparent, 1 = opaque; undefined for a file without transparency. */
  readonly alpha?: Float32Array | undefined;
  /** Bits of a sample; 8 for files of fewer. */
  readonly bitDepth: 8 | 16;
  /** PNG chunks of colour space, resolution and orientation, as they are. */
  readonly description: readonly Chunk[];
}

/** The picture on a white page. */
export function overWhite({ image, alpha }: Picture): Image {
  if (!alpha) return image;
  return mapColors(image, (value, pixel) => alpha[pixel]! * value + (1 - alpha[pixel]!));
}

/** The stored colours, but white where nothing of them shows: there they are arbitrary and must not reach a network. */
export function visibleColors({ image, alpha }: Picture): Image {
  if (!alpha) return image;
  return mapColors(image, (value, pixel) => (alpha[pixel] === 0 ? 1 : value));
}

/** The picture with other colours where they show; all else stays as it is. */
export function withColors(picture: Picture, colors: Image): Picture {
  const { image, alpha } = picture;
  if (!alpha) return { ...picture, image: colors };
  const shown = mapColors(colors, (value, pixel, i) => (alpha[pixel] === 0 ? image.data[i]! : value));
  return { ...picture, image: shown };
}

function mapColors(image: Image, f: (value: number, pixel: number, i: number) => number): Image {
  const C = image.channels;
  return { ...image, data: image.data.map((value, i) => f(value, Math.floor(i / C), i)) };
}
