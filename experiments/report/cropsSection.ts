import { psnr } from '@nlrn/data';
import type { Results, Run } from '../lib/results.ts';
import { DIFFERENCE_RULE } from '../page/differenceImage.ts';
import { type Html, html } from '../page/html.ts';
import { figure, type Labelled, lostPictures, type Picture, type ReadPicture } from '../page/pictures.ts';
import { labelledRuns } from './labelledRuns.ts';

/**
 * Details of generated images: true, noisy, and restored, with their errors, by the full model and by the networks that
 * restore the detail worst and best.
 */
export function cropsSection(
  experiments: readonly Results[],
  runs: readonly Run[],
  read: ReadPicture,
): Html | null {
  const crops = labelledRuns(experiments, runs).flatMap(({ id, label, runs }) =>
    runs[0]!.crops.map((crop) => ({ id, label, ...crop })),
  );
  if (crops.length === 0) return null;
  const groups = [...Map.groupBy(crops, ({ image }) => image)];
  return html`<section id="pictures">
<h2>Pictures</h2>
<p>Details of images that the project generates, as the full model restores them and as those networks do that are worst
and best at it, each trained with its first seed; with the PSNR of the detail. ${DIFFERENCE_RULE}</p>
${groups.map(([image, shown]) => imageRow(image, shown, read))}</section>`;
}

type Crop = Run['crops'][number] & { readonly id: string; readonly label: string };

function imageRow(image: string, crops: readonly Crop[], read: ReadPicture): Html {
  const [{ truth: truthPath, noisy: noisyPath }] = crops as [Crop];
  const truth = read(truthPath);
  const noisy = read(noisyPath);
  const pictures = crops.map(({ id, label, restored }) => ({ id, label, picture: read(restored) }));
  return html`<h3>${image.replace(/\.png$/, '')}</h3>
${lostPictures([{ label: 'True', picture: truth }, { label: 'Noisy', picture: noisy }, ...pictures])}
<div class="crops">${truth && figure({ label: 'True', picture: truth }, image, null)}${
    noisy && figure({ label: 'Noisy', picture: noisy }, image, truth)
  }${telling(pictures, truth).map((shown) => figure(shown, image, truth))}</div>
`;
}

/** The worst, the full model's and the best, of those that are there: the full model's alone without the true one. */
function telling(
  pictures: readonly { id: string; label: string; picture: Picture | null }[],
  truth: Picture | null,
): Labelled[] {
  const there = pictures.filter(({ picture }) => picture !== null) as ({ id: string } & Labelled)[];
  const full = there.filter(({ id }) => id === 'full');
  const others = there.filter(({ id }) => id !== 'full');
  if (truth === null || others.length === 0) return full;
  const sorted = others
    .map((shown) => ({ ...shown, quality: psnr(truth.image, shown.picture.image) }))
    .toSorted((a, b) => a.quality - b.quality);
  const [worst, best] = [sorted[0]!, sorted.at(-1)!];
  return worst === best ? [worst, ...full] : [worst, ...full, best];
}
