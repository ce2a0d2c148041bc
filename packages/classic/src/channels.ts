import { createImage, type Image } from '@nlrn/data';
import { type Plane, sharedPlane } from './plane.ts';

/** Pixels are 0-1 in images and 0-255 in planes. */
const SCALE = 255;

/** The channels of an image, a plane each. */
export function toChannels({ width, height, channels, data }: Image): Plane[] {
  return Array.from({ length: channels }, (_, c) => {
    const plane = sharedPlane(width, height);
    for (let i = 0; i < plane.data.length; i++) plane.data[i] = SCALE * data[i * channels + c]!;
    return plane;
  });
}

/** The inverse of `toChannels`: an image of one or three planes. */
export function fromChannels(planes: readonly Plane[]): Image {
  const channels = planes.length === 1 ? 1 : 3;
  const image = createImage(planes[0]!.width, planes[0]!.height, channels);
  for (let i = 0; i < image.data.length; i++) {
    image.data[i] = planes[i % channels]!.data[Math.floor(i / channels)]! / SCALE;
  }
  return image;
}
