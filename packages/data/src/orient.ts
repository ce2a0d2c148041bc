import { createImage, type Image } from './image.ts';

/**
 * Turns an image as an Exif orientation, 1 to 8, asks for (Exif 2.32, tag 274): the result is upright.
 *
 *   [H, W, C]  ->  [H, W, C] for 1 to 4, [W, H, C] for 5 to 8
 */
export function orient(image: Image, orientation: number): Image {
  if (orientation === 1) return image;
  const { width, height, channels: C, data } = image;
  const isTurned = orientation >= 5;
  const upright = isTurned ? createImage(height, width, C) : createImage(width, height, C);
  const source = SOURCES[orientation - 1]!;
  for (let y = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++) {
      const [u, v] = source(x, y, width - 1, height - 1);
      for (let c = 0; c < C; c++)
        upright.data[(y * upright.width + x) * C + c] = data[(v * width + u) * C + c]!;
    }
  }
  return upright;
}

/** Column and row of the stored image for those of the upright one; `r` and `b` are the stored image's last. */
type Source = (x: number, y: number, r: number, b: number) => [number, number];

const SOURCES: readonly Source[] = [
  (x, y) => [x, y],
  (x, y, r) => [r - x, y],
  (x, y, r, b) => [r - x, b - y],
  (x, y, _r, b) => [x, b - y],
  (x, y) => [y, x],
  (x, y, _r, b) => [y, b - x],
  (x, y, r, b) => [r - y, b - x],
  (x, y, r) => [r - y, x],
];
