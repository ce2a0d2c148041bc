import type { Random } from '@nlrn/tensor';
import { createImage, type Image } from '../image.ts';

/** A drawing without pixels: the grey value, 0 = black to 1 = white, at a point; x, y in pixels from the top left. */
export type Picture = (x: number, y: number) => number;

/** Draws a picture of a given size (pixels); all its choices come from `random`. */
export type Painter = (random: Random, size: Size) => Picture;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Samples along each side of a pixel: 9 a pixel give an edge 10 grey levels, so that it is not jagged. */
export const SAMPLES = 3;

/** Samples a picture: each pixel is the mean of SAMPLES x SAMPLES points in it, as a sensor's pixel would be. */
export function render(picture: Picture, { width, height }: Size): Image {
  const image = createImage(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) image.data[y * width + x] = pixel(picture, x, y);
  }
  return image;
}

function pixel(picture: Picture, x: number, y: number): number {
  let sum = 0;
  for (let j = 0; j < SAMPLES; j++) {
    for (let i = 0; i < SAMPLES; i++) sum += picture(x + (i + 0.5) / SAMPLES, y + (j + 0.5) / SAMPLES);
  }
  return sum / SAMPLES ** 2;
}

/** A number in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** One of the items, each with the same probability. */
export function choose<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/**
 * A grey value of a surface: the mean of two uniform numbers, in [0.06, 0.94].
 *
 * Middle greys are common and black and white rare, as in photographs.
 */
export function surfaceTone(random: Random): number {
  return 0.06 + 0.44 * (random.uniform() + random.uniform());
}

/** Turns a picture about the origin and enlarges it: its unit becomes `scale` pixels. */
export function placed(picture: Picture, angle: number, scale = 1): Picture {
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  return (x, y) => picture(cos * x + sin * y, cos * y - sin * x);
}

/** Light that falls off by up to a quarter in a random direction over the image. */
export function lit(random: Random, picture: Picture, { width, height }: Size): Picture {
  const fall = between(random, 0, 0.25) / Math.max(width, height);
  const angle = between(random, 0, 2 * Math.PI);
  const [dx, dy] = [fall * Math.cos(angle), fall * Math.sin(angle)];
  return (x, y) => picture(x, y) * (1 - dx * (x - width / 2) - dy * (y - height / 2));
}
