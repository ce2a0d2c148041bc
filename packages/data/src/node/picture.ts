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

/**
 * The stored colours, and where nothing of them shows those of the nearest pixels of which something does: nothing else is mixed
 * into these when the picture is enlarged.
 */
export function spreadColors({ image, alpha }: Picture): Image {
  if (!alpha) return image;
  const { width, height, channels } = image;
  const data = image.data.slice();
  const known = Uint8Array.from(alpha, (value) => (value > 0 ? 1 : 0));
  const queue = new Uint32Array(width * height);
  let end = 0;
  for (let pixel = 0; pixel < known.length; pixel++) if (known[pixel]) queue[end++] = pixel;
  for (let i = 0; i < end; i++) {
    const pixel = queue[i]!;
    for (const next of neighboursOf(pixel, width, height)) {
      if (known[next]) continue;
      known[next] = 1;
      queue[end++] = next;
      for (let c = 0; c < channels; c++) data[next * channels + c] = data[pixel * channels + c]!;
    }
  }
  return { ...image, data };
}

/** The pixels at the left, at the right, above and below. */
function neighboursOf(pixel: number, width: number, height: number): number[] {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  return [
    ...(x > 0 ? [pixel - 1] : []),
    ...(x < width - 1 ? [pixel + 1] : []),
    ...(y > 0 ? [pixel - width] : []),
    ...(y < height - 1 ? [pixel + width] : []),
  ];
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
