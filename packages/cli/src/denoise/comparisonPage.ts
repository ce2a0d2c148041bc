import { createImage, type Image, mapPixels } from '@nlrn/data';
import { encodePng } from '@nlrn/data/node';
import { Replacement } from '@nlrn/files';

/** A picture before and after, and what there is to say of it. */
export interface Comparison {
  readonly name: string;
  readonly noisy: Image;
  readonly restored: Image;
  /** `sigma 17.3, estimated`, `PSNR: …` */
  readonly facts: readonly string[];
}

/** By how much differences are enlarged: noise of sigma 25 is then seen from black to white. */
const GAIN = 4;

/**
 * Does work that shows pictures on a page of its own, before and after, under a slider, and what was taken away.
 *
 * They go to the disk one by one, and the page appears when the work is done; it is not written, which is the result, where nothing
 * was shown. Throws FileError when it cannot be written.
 */
export async function onPage(
  path: string,
  title: string,
  work: (show: (comparison: Comparison) => void) => Promise<void>,
): Promise<boolean> {
  let page: Replacement | undefined;
  const show = (comparison: Comparison) => {
    if (!page) {
      page = new Replacement(path);
      page.write(Buffer.from(headOf(title)));
    }
    for (const part of sectionOf(comparison)) page.write(part);
  };
  try {
    await work(show);
  } catch (error) {
    page?.discard();
    throw error;
  }
  page?.write(Buffer.from(END));
  page?.finish();
  return page !== undefined;
}

const headOf = (title: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: before and after</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
  .pair { position: relative; display: inline-block; max-width: 100%; }
  .pair img, .difference img { display: block; max-width: 100%; }
  .pair .after { position: absolute; inset: 0; clip-path: inset(0 0 0 var(--at, 50%)); }
  input[type="range"] { display: block; width: 100%; margin: .5rem 0; }
  section { margin-bottom: 3rem; }
</style>
`;

const END = `<script>
  for (const input of document.querySelectorAll('input[type="range"]'))
    input.addEventListener('input', () => input.previousElementSibling.style.setProperty('--at', input.value + '%'));
</script>
</html>
`;

/** What a page shows of a picture: bytes one after another, each image by itself, as a string holds no more than 512 MB. */
export function sectionOf({ name, noisy, restored, facts }: Comparison): Uint8Array[] {
  const parts = [
    `<section>
<h1>${escapeHtml(name)}</h1>
<p>${facts.map(escapeHtml).join('<br>')}</p>
<div class="pair"><img alt="Before" src="`,
    dataUri(noisy),
    '"><img class="after" alt="After" src="',
    dataUri(restored),
    `"></div>
<input type="range" min="0" max="100" value="50" aria-label="Before on the left of the slider, after on the right">
<p>Before on the left, after on the right. Below: what was taken away, ${GAIN} times as strong, grey is nothing.</p>
<div class="difference"><img alt="Difference" src="`,
    dataUri(difference(noisy, restored)),
    `"></div>
</section>
`,
  ];
  return parts.map((part) => Buffer.from(part));
}

function difference(noisy: Image, restored: Image): Image {
  const data = noisy.data.map((value, i) => 0.5 + GAIN * (value - restored.data[i]!));
  return createImage(noisy.width, noisy.height, noisy.channels, data);
}

function dataUri(image: Image): string {
  const shown = mapPixels(image, (value) => Math.min(1, Math.max(0, value)));
  const bytes = Buffer.concat(encodePng({ image: shown, bitDepth: 8, description: [] }));
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
