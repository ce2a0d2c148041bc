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
    const at = (share: number, pixels: number) =>
      Math.min(pixels - 1, Math.max(0, Math.floor(share * pixels)));
    clicked({
      x: at((clientX - left) / width, before.width),
      y: at((clientY - top) / height, before.height),
    });
  });
}

/** Marks a pixel of the picture. */
export function markPixel({ x, y }: Pixel, { width, height }: Image): void {
  mark.style.left = `${(100 * (x + 0.5)) / width}%`;
  mark.style.top = `${(100 * (y + 0.5)) / height}%`;
  mark.hidden = false;
}
