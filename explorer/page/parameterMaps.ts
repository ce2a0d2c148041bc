import { createImage, type Image } from '@nlrn/data';
import { formatShape, sizeOf } from '@nlrn/tensor';
import { element } from './elements.ts';
import { draw } from './pictures.ts';
import type { ParameterLook } from './worker/training.ts';

/** Pixels of the page a number takes. */
const CELL = 4;

/** The parameters of a network as they move: a picture of each one's values, and how far it has come from where it began. */
export class ParameterMaps {
  readonly #place: HTMLElement;
  #begun: readonly ParameterLook[] = [];

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  /** Shows a network before its first step. */
  begin(parameters: readonly ParameterLook[]): void {
    this.#begun = parameters;
    this.#place.replaceChildren(
      ...parameters.map(({ name, shape }) => {
        const canvas = element('canvas');
        canvas.setAttribute('role', 'img');
        canvas.ariaLabel = `the values of ${name}`;
        const [rows, columns] = layoutOf({ shape });
        canvas.style.width = `${CELL * columns}px`;
        canvas.style.height = `${CELL * rows}px`;
        return element('figure', canvas, element('figcaption'));
      }),
    );
    this.show(parameters);
  }

  /** Shows the same network after some steps. */
  show(parameters: readonly ParameterLook[]): void {
    for (const [i, parameter] of parameters.entries()) {
      const { children } = this.#place.children[i]!;
      draw(pictureOf(parameter), children[0] as HTMLCanvasElement);
      children[1]!.textContent = captionOf(parameter, this.#begun[i]!);
    }
  }
}

function captionOf({ name, shape, data }: ParameterLook, begun: ParameterLook): string {
  const moved = data.map((value, i) => value - begun.data[i]!);
  return `${name} ${formatShape(shape)}: size ${rms(data)}, moved ${rms(moved)}`;
}

/** The root of the mean square. */
function rms(data: Float32Array): string {
  return Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length).toPrecision(2);
}

/** A row for each output channel, a column for each number that makes it. */
function layoutOf({ shape }: Pick<ParameterLook, 'shape'>): [rows: number, columns: number] {
  const channels = shape.length > 1 ? shape.at(-1)! : 1;
  return [channels, sizeOf(shape) / channels];
}

/** White is zero, red above, blue below, full at the largest. */
function pictureOf(parameter: ParameterLook): Image {
  const { data } = parameter;
  const [rows, columns] = layoutOf(parameter);
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const image = createImage(columns, rows, 3);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const share = data[column * rows + row]! / largest;
      const rest = 1 - Math.abs(share);
      image.data.set(share > 0 ? [1, rest, rest] : [rest, rest, 1], 3 * (row * columns + column));
    }
  return image;
}
