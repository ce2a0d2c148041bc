import { createImage, type Image, mapPixels } from '@nlrn/data';
import { encodePng } from '@nlrn/data/node';

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

/** What a page has of a comparison, encoded. */
export interface Section {
  readonly name: string;
  /** Bytes one after another: the texts, and each image by itself, as a string holds no more than 512 MB */
  readonly parts: readonly Uint8Array[];
}

/** The parts of a page of its own that shows pictures before and after, under a slider, and what was taken away. */
export function comparisonPage(sections: readonly Section[]): Uint8Array[] {
  const title = sections.length === 1 ? sections[0]!.name : `${sections.length} pictures`;
  const head = `<!doctype html>
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
  const end = `<script>
  for (const input of document.querySelectorAll('input[type="range"]'))
    input.addEventListener('input', () => input.previousElementSibling.style.setProperty('--at', input.value + '%'));
</script>
</html>
`;
  return [Buffer.from(head), ...sections.flatMap(({ parts }) => parts), Buffer.from(end)];
}

/** What a page shows of a picture: bytes, which take less memory than its pixels. */
export function comparisonSection({ name, noisy, restored, facts }: Comparison): Section {
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
  return { name, parts: parts.map((part) => Buffer.from(part)) };
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
