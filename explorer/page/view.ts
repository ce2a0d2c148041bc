import type { Image } from '@nlrn/data';
import { byId } from './elements.ts';
import { draw } from './pictures.ts';

const pair = byId('pair', HTMLElement);
const before = byId('before', HTMLCanvasElement);
const after = byId('after', HTMLCanvasElement);
const divide = byId('divide', HTMLInputElement);

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
