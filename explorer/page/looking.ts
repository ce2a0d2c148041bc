import { createImage, type Image, type Rectangle } from '@nlrn/data';
import type { Pixel } from '@nlrn/nlrn';
import { byId, element } from './elements.ts';
import type { Explorer } from './explorer.ts';
import { figure } from './pictures.ts';
import { markPixel, watchClicks, watchKeys } from './view.ts';
import type { Maps, Seen } from './worker/look.ts';

/** The picture that is looked at, and what has restored it. */
export interface Scene {
  /** The picture without noise, where noise was added: else it is not known */
  readonly truth: Image | undefined;
  readonly noisy: Image;
  readonly sigma: number;
  readonly method: string | undefined;
}

const panel = byId('look', HTMLElement);
const column = byId('column', HTMLInputElement);
const row = byId('row', HTMLInputElement);
const state = byId('state', HTMLSelectElement);
const channel = byId('channel', HTMLInputElement);
const channelValue = byId('channelValue', HTMLOutputElement);
const looked = byId('looked', HTMLElement);
const correlations = byId('correlations', HTMLElement);
const features = byId('features', HTMLElement);

/** Where, as in style.css, what is seen stands below the controls, and these below the picture. */
const oneColumn = matchMedia('(max-width: 50rem)');

/** Shows what the network does around a pixel, once one is chosen. */
export class Looking {
  readonly #explorer: Explorer;
  readonly #scene: () => Scene | undefined;
  #pixel: Pixel | undefined;
  #seen: Seen | undefined;
  /** Whether something else is to be looked at as soon as what is looked at is seen */
  #isWanted = false;
  #isLooking = false;
  /** Whether what is seen is to be brought into view where it stands far below the picture that was clicked on */
  #isFar = false;

  constructor(explorer: Explorer, scene: () => Scene | undefined) {
    this.#explorer = explorer;
    this.#scene = scene;
    watchClicks((pixel) => {
      this.#isFar = oneColumn.matches;
      this.#choose(pixel);
    });
    watchKeys((by) => this.#move(by));
    for (const input of [column, row])
      input.addEventListener('change', () => this.#choose({ x: Number(column.value), y: Number(row.value) }));
    state.addEventListener('change', () => this.#look());
    channel.addEventListener('input', () => this.#showFeatures());
  }

  /** Hides what belongs to another picture. */
  clear(): void {
    this.#pixel = undefined;
    this.#seen = undefined;
    panel.hidden = true;
    state.value = '1';
    channel.value = '1';
  }

  /** From the pixel that is looked at, or else from the middle of the picture. */
  #move(by: Pixel): void {
    const noisy = this.#scene()?.noisy;
    if (!noisy) return;
    const middle = { x: Math.floor(noisy.width / 2), y: Math.floor(noisy.height / 2) };
    const { x, y } = this.#pixel ?? middle;
    this.#choose({ x: x + by.x, y: y + by.y });
  }

  /** Looks at a pixel, or at that of the picture which is nearest. */
  #choose({ x, y }: Pixel): void {
    const noisy = this.#scene()?.noisy;
    if (!noisy) return;
    const pixel = { x: within(x, noisy.width), y: within(y, noisy.height) };
    this.#pixel = pixel;
    [column.value, row.value] = [String(pixel.x), String(pixel.y)];
    markPixel(pixel, noisy);
    this.#look();
  }

  /** Looks at one thing after the other, and of those that are wanted meanwhile at the last. */
  #look(): void {
    this.#isWanted = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#explorer
      .attempt(async () => {
        while (this.#isWanted) {
          this.#isWanted = false;
          await this.#lookOnce();
        }
      })
      .finally(() => {
        this.#isLooking = false;
      });
  }

  async #lookOnce(): Promise<void> {
    const [scene, pixel] = [this.#scene(), this.#pixel];
    if (!scene || !pixel) return;
    const { noisy, sigma, method } = scene;
    const given = { noisy, sigma, method, pixel, state: Number(state.value) };
    const seen = await this.#explorer.worker.ask('look', given);
    // There may be another picture by now.
    if (this.#scene()?.noisy !== noisy) return;
    this.#seen = seen;
    panel.hidden = false;
    showStates(seen);
    channel.max = String(seen.features.channels);
    looked.textContent = `Column ${pixel.x}, row ${pixel.y}, as ${seen.model} sees it.`;
    correlations.replaceChildren(...correlationFigures(scene, seen, pixel));
    this.#showFeatures();
    if (this.#isFar) panel.scrollIntoView();
    this.#isFar = false;
  }

  #showFeatures(): void {
    const seen = this.#seen;
    if (!seen) return;
    const c = Number(channel.value) - 1;
    channelValue.value = channel.value;
    const maps = [
      figure(`s^${seen.state}, the features`, mapImage(seen.features, c)),
      ...(seen.added ? [figure(`Z^${seen.state}, added by the module`, mapImage(seen.added, c))] : []),
    ];
    features.replaceChildren(...maps);
  }
}

/** The whole number nearest to one that is below a size. */
function within(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.round(value)));
}

/** Has one choose among the states that the network has. */
function showStates({ states, state: shown }: Seen): void {
  if (state.length !== states)
    state.replaceChildren(...Array.from({ length: states }, (_, i) => element('option', String(i + 1))));
  state.value = String(shown);
}

/** The pixel's neighbourhood, noisy and, where that is known, true, and the weights of its neighbours in each state. */
function correlationFigures(
  { noisy, truth }: Scene,
  { piece, correlations }: Seen,
  pixel: Pixel,
): HTMLElement[] {
  const q = Math.sqrt(correlations[0]!.weights.length);
  return [
    figure('noisy', neighbourhood(noisy, piece, pixel, q)),
    ...(truth ? [figure('true', neighbourhood(truth, piece, pixel, q))] : []),
    ...correlations.map(({ state, weights }) => {
      const largest = Math.max(...weights);
      const shown = createImage(
        q,
        q,
        1,
        Float32Array.from(weights, (weight) => Math.sqrt(weight / largest)),
      );
      return figure(`state ${state}: at most ${(100 * largest).toFixed(1)} %`, shown);
    }),
  ];
}

/** The q x q pixels around one; at the border of the piece that the network was given they go on at its other side, as there. */
function neighbourhood(image: Image, piece: Rectangle, { x, y }: Pixel, q: number): Image {
  const r = (q - 1) / 2;
  const wrapped = (at: number, start: number, size: number) =>
    start + ((((at - start) % size) + size) % size);
  const shown = createImage(q, q, 3);
  for (let i = 0; i < q * q; i++) {
    const column = wrapped(x - r + (i % q), piece.x, piece.width);
    const row = wrapped(y - r + Math.floor(i / q), piece.y, piece.height);
    const C = image.channels;
    for (let c = 0; c < 3; c++)
      shown.data[3 * i + c] = image.data[(row * image.width + column) * C + (c % C)]!;
  }
  return shown;
}

/** One channel from its smallest value, black, to its largest, white. */
function mapImage({ width, height, channels, data }: Maps, c: number): Image {
  const values = Float32Array.from({ length: width * height }, (_, i) => data[i * channels + c]!);
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return createImage(
    width,
    height,
    1,
    values.map((value) => (value - low) / (high - low || 1)),
  );
}
