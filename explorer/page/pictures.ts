import { createImage, type Image } from '@nlrn/data';
import { element } from './elements.ts';

/** A picture of a file. */
export interface ReadPicture {
  readonly image: Image;
  /** The size that it has in the file, if it was made smaller */
  readonly smallerFrom: { readonly width: number; readonly height: number } | undefined;
}

/**
 * The picture of a file, PNG, JPEG or what else the browser reads, in sRGB, over white, made smaller if it has more than so many pixels.
 *
 *   file  ->  [H, W, 3], or [H, W, 1] if all its pixels are grey
 *
 * Throws Error, naming the file, for what is no picture, and for one of which fewer than LEAST_SIDE rows or columns are left.
 */
export async function readPicture(file: File, mostPixels: number): Promise<ReadPicture> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name}: is no picture that this browser can read; take a PNG or JPEG file`);
  });
  const shrink = Math.min(1, Math.sqrt(mostPixels / (bitmap.width * bitmap.height)));
  const [width, height] = [Math.round(shrink * bitmap.width), Math.round(shrink * bitmap.height)];
  if (Math.min(width, height) < LEAST_SIDE)
    throw new Error(
      `${file.name}: has ${width} x ${height} pixels${shrink < 1 ? ' when it is made smaller' : ''}, too few: the explorer needs at least ${LEAST_SIDE} x ${LEAST_SIDE}`,
    );
  const context = contextOf(new OffscreenCanvas(width, height));
  context.imageSmoothingQuality = 'high';
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  const smallerFrom = shrink < 1 ? { width: bitmap.width, height: bitmap.height } : undefined;
  bitmap.close();
  return { image: imageOf(context.getImageData(0, 0, width, height)), smallerFrom };
}

/** Rows and columns of the smallest picture whose likeness to another can be told: SSIM compares windows of so many. */
const LEAST_SIDE = 11;

function imageOf({ width, height, data }: ImageData): Image {
  const channels = isGrey(data) ? 1 : 3;
  const image = createImage(width, height, channels);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let c = 0; c < channels; c++) image.data[channels * pixel + c] = data[4 * pixel + c]! / 255;
  return image;
}

/** By how much, of 255, red, green and blue of a grey pixel may differ once its colour profile has been converted to sRGB. */
const ROUNDING = 1;

/** Whether red, green and blue are the same in each pixel, of which each has four bytes. */
function isGrey(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i += 4) {
    const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > ROUNDING) return false;
  }
  return true;
}

/** Shows an image on a canvas, which gets its size; values beyond [0, 1] are black or white. */
export function draw(image: Image, canvas: HTMLCanvasElement | OffscreenCanvas): void {
  const { width, height, channels, data } = image;
  canvas.width = width;
  canvas.height = height;
  const shown = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) shown.data[4 * pixel + c] = 255 * data[channels * pixel + (c % channels)]!;
    shown.data[4 * pixel + 3] = 255;
  }
  contextOf(canvas).putImageData(shown, 0, 0);
}

/** An image with its caption. */
export function figure(caption: string, image: Image): HTMLElement {
  const canvas = element('canvas');
  draw(image, canvas);
  canvas.setAttribute('role', 'img');
  canvas.ariaLabel = caption;
  return element('figure', canvas, element('figcaption', caption));
}

/** An image in sRGB as a PNG file of 8 bits. */
export function pngOf(image: Image): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  draw(image, canvas);
  return canvas.convertToBlob({ type: 'image/png' });
}

function contextOf(canvas: HTMLCanvasElement | OffscreenCanvas) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return context as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
}
