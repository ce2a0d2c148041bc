import type { Image } from '@nlrn/data';
import { psnr } from '@nlrn/data';
import type { Results, Run } from '../lib/results.ts';
import { type Html, html } from './html.ts';
import { labelledRuns } from './labelledRuns.ts';

/** A picture of the results folder: its pixels, and the file as a `data:` address. */
export interface Picture {
  readonly image: Image;
  readonly address: string;
}

/** Reads a picture, its path relative to the results folder; null if it is not there or damaged. */
export type ReadPicture = (path: string) => Picture | null;

/** Pictures of the generated images: as they are, with noise, and restored by each network, trained with its first seed. */
export function cropsSection(
  experiments: readonly Results[],
  runs: readonly Run[],
  read: ReadPicture,
): Html | null {
  const networks = labelledRuns(experiments, runs).map(({ label, runs }) => ({
    label,
    crops: runs[0]!.crops,
  }));
  const images = [...new Set(networks.flatMap(({ crops }) => crops.map(({ image }) => image)))];
  if (images.length === 0) return null;
  return html`<section id="pictures">
<h2>Pictures</h2>
<p>Details of images that the project generates: true, noisy, and restored by each network with its first seed; below
them the PSNR of the detail.</p>
${images.map((image) => {
  const shown = networks.flatMap(({ label, crops }) =>
    crops.filter((crop) => crop.image === image).map((crop) => ({ label, ...crop })),
  );
  const { truth, noisy } = shown[0]!;
  const pictures = [
    { label: 'True', path: truth },
    { label: 'Noisy', path: noisy },
    ...shown.map(({ label, restored }) => ({ label, path: restored })),
  ];
  const original = read(truth);
  return html`<h3>${image.replace(/\.png$/, '')}</h3>
<div class="crops">${pictures.map(({ label, path }) => figure(label, image, read(path), original))}</div>
`;
})}</section>`;
}

function figure(label: string, image: string, picture: Picture | null, original: Picture | null): Html {
  if (picture === null)
    return html`<figure><figcaption>${label}: the file is missing or damaged</figcaption></figure>`;
  const { width, height } = picture.image;
  const quality =
    original === null || original.address === picture.address
      ? ''
      : `, ${psnr(original.image, picture.image).toFixed(2)} dB`;
  return html`<figure><img src="${picture.address}" width="${width}" height="${height}" alt="${image}, ${label}${quality}">
<figcaption>${label}${quality}</figcaption></figure>
`;
}
