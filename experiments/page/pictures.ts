import { existsSync, readFileSync } from 'node:fs';
import { DataError, type Image, psnr } from '@nlrn/data';
import { readPng } from '@nlrn/data/node';
import { differenceAddress } from './differenceImage.ts';
import { type Html, html } from './html.ts';

/** A picture of the results folder: its pixels, and the file as a `data:` address. */
export interface Picture {
  readonly image: Image;
  readonly address: string;
}

/** Reads a picture, its path relative to the results folder; null if it is not there or damaged. */
export type ReadPicture = (path: string) => Picture | null;

export interface Labelled {
  readonly label: string;
  readonly picture: Picture;
}

/** A picture of the results; null if it is not there or damaged. */
export function readPicture(path: string): Picture | null {
  if (!existsSync(path)) return null;
  try {
    const address = `data:image/png;base64,${readFileSync(path).toString('base64')}`;
    return { image: readPng(path), address };
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

/** Says which pictures are not there. */
export function lostPictures(
  pictures: readonly { readonly label: string; readonly picture: Picture | null }[],
): Html | null {
  const lost = pictures.filter(({ picture }) => picture === null).map(({ label }) => label);
  return lost.length > 0
    ? html`<p class="fault">The file is missing or damaged: ${lost.join(', ')}.</p>`
    : null;
}

/** A restored picture with its PSNR, and its error below it. */
export function figure({ label, picture }: Labelled, image: string, truth: Picture | null): Html {
  const { width, height } = picture.image;
  const quality = truth === null ? '' : `, ${psnr(truth.image, picture.image).toFixed(2)} dB`;
  const isRestored = truth !== null && label !== 'Noisy';
  return html`<figure><figcaption>${label}${quality}</figcaption>
<img src="${picture.address}" width="${width}" height="${height}" alt="${image}, ${label}${quality}">
${
  isRestored
    ? html`<img src="${differenceAddress(truth.image, picture.image)}" width="${width}" height="${height}" alt="${image}, error of ${label}">`
    : null
}</figure>
`;
}
