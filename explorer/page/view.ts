import type { Image } from '@nlrn/data';
import type { Pixel } from '@nlrn/nlrn';
import { byId } from './elements.ts';
import { draw } from './pictures.ts';

const pair = byId('pair', HTMLElement);
const before = byId('before', HTMLCanvasElement);
const after = byId('after', HTMLCanvasElement);
const divide = byId('divide', HTMLInputElement);
const mark = byId('mark', HTMLElement);

/** Pixels of a side up to which single ones are shown. */
const SMALL = 400;

/** Has the slider move the line between the two pictures. */
export function watchDivide(): void {
  divide.addEventListener('input', () => pair.style.setProperty('--at', `${divide.value}%`));
}

/** Shows a picture that has not been restored yet. */
export function showBefore(image: Image): void {
  show(image, before);
  after.hidden = true;
  mark.hidden = true;
  divide.disabled = true;
}

/** Shows a restored picture right of the line. */
export function showAfter(image: Image): void {
  show(image, after);
  after.hidden = false;
  divide.disabled = false;
}

function show(image: Image, canvas: HTMLCanvasElement): void {
  draw(image, canvas);
  canvas.classList.toggle('small', Math.max(image.width, image.height) <= SMALL);
}

/** Tells which pixel of the picture was clicked on. */
export function watchClicks(clicked: (pixel: Pixel) => void): void {
  pair.addEventListener('click', ({ clientX, clientY }) => {
    const { left, top, width, height } = before.getBoundingClientRect();
    clicked({
      x: Math.floor(((clientX - left) / width) * before.width),
      y: Math.floor(((clientY - top) / height) * before.height),
    });
  });
}

/** What keys on the picture do to the pixel that is chosen. */
const STEPS: ReadonlyMap<string, Pixel> = new Map([
  ['ArrowLeft', { x: -1, y: 0 }],
  ['ArrowRight', { x: 1, y: 0 }],
  ['ArrowUp', { x: 0, y: -1 }],
  ['ArrowDown', { x: 0, y: 1 }],
  ['Enter', { x: 0, y: 0 }],
]);

/** Pixels that a key goes with shift. */
const FAR = 10;

/** Tells how far the keys on the picture go, to the right and downwards. */
export function watchKeys(moved: (by: Pixel) => void): void {
  pair.tabIndex = 0;
  pair.addEventListener('keydown', (event) => {
    const step = STEPS.get(event.key);
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    // The page does not scroll as well.
    event.preventDefault();
    const pixels = event.shiftKey ? FAR : 1;
    moved({ x: pixels * step.x, y: pixels * step.y });
  });
}

/** Marks a pixel of the picture. */
export function markPixel({ x, y }: Pixel, { width, height }: Image): void {
  mark.style.left = `${(100 * (x + 0.5)) / width}%`;
  mark.style.top = `${(100 * (y + 0.5)) / height}%`;
  mark.hidden = false;
}
