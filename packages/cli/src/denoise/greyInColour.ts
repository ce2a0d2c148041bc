import { createImage, type Image } from '@nlrn/data';

/**
 * An image as the methods are to see it: as grey where its channels are equal, as in a grey scan that is stored as RGB.
 *
 * The noise is then one and the same in all of them; in colour it would be taken for independent noises, a third of which is left
 * in the luminance.
 */
export function asSeen(image: Image): Image {
  const { width, height, channels, data } = image;
  if (channels === 1) return image;
  for (let i = 0; i < data.length; i += 3)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return image;
  return createImage(
    width,
    height,
    1,
    Float32Array.from({ length: width * height }, (_, i) => data[3 * i]!),
  );
}

/** An image in so many channels, each the same if it is grey: the inverse of `asSeen`. */
export function inChannels(image: Image, channels: 1 | 3): Image {
  const { width, height, data } = image;
  if (image.channels === channels) return image;
  const copies = Float32Array.from(
    { length: width * height * channels },
    (_, i) => data[Math.floor(i / channels)]!,
  );
  return createImage(width, height, channels, copies);
}
