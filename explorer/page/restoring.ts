import type { Image, NamedImage } from '@nlrn/data';
import { secondsLeft } from '@nlrn/nn';
import { byId } from './elements.ts';
import type { Explorer } from './explorer.ts';
import type { Scene } from './looking.ts';
import { chosenMethod } from './methods.ts';
import { pngOf } from './pictures.ts';
import { Results } from './results.ts';
import { showAfter, showBefore } from './view.ts';

const controls = byId('controls', HTMLFormElement);
const added = byId('added', HTMLInputElement);
const addedValue = byId('addedValue', HTMLOutputElement);
const seed = byId('seed', HTMLInputElement);
const level = byId('level', HTMLInputElement);
const go = byId('go', HTMLButtonElement);
const cancel = byId('cancel', HTMLButtonElement);
const progress = byId('progress', HTMLProgressElement);
const left = byId('left', HTMLElement);
const said = byId('said', HTMLElement);
const download = byId('download', HTMLButtonElement);

/** The picture that is open, with the noise that is added, and its restorations. */
export class Restoring {
  readonly #explorer: Explorer;
  readonly #renewed: () => void;
  readonly #results = new Results(({ restored }) => showAfter(restored));
  #truth: NamedImage | undefined;
  #noisy: Image | undefined;
  /** What ends the restoration that is under way */
  #running: AbortController | undefined;

  /** `renewed` is called when there is another picture, or other noise. */
  constructor(explorer: Explorer, renewed: () => void) {
    this.#explorer = explorer;
    this.#renewed = renewed;
    added.addEventListener('input', () => {
      addedValue.value = added.value;
    });
    for (const input of [added, seed])
      input.addEventListener('change', () => explorer.attempt(() => this.#renew()));
    controls.addEventListener('submit', (event) => {
      event.preventDefault();
      void explorer.attempt(() => this.#restore());
    });
    cancel.addEventListener('click', () => this.#running?.abort());
    download.addEventListener('click', () => explorer.attempt(() => this.#save()));
  }

  /** What can be looked into: the picture, with the level that the restoration which is shown had; undefined before there is one. */
  scene(): Scene | undefined {
    const [noisy, truth, shown] = [this.#noisy, this.#truth, this.#results.shown];
    return noisy && truth && shown && { noisy, truth: truth.image, sigma: shown.sigma, method: shown.how };
  }

  /** Opens a picture and restores it; one that cannot be leaves that which is open. */
  async open(picture: NamedImage): Promise<void> {
    const before = this.#truth;
    this.#truth = picture;
    await this.#renew().catch((error) => {
      if (this.#truth === picture) this.#truth = before;
      throw error;
    });
    await this.#restore();
  }

  /** Adds the noise anew: restorations of other noise are none of this picture. */
  async #renew(): Promise<void> {
    const truth = this.#truth;
    if (!truth || !controls.reportValidity()) return;
    this.#running?.abort();
    const noise = { sigma: Number(added.value), seed: Number(seed.value) };
    const { noisy, quality, warning } = await this.#explorer.worker.ask('addNoise', { ...truth, ...noise });
    if (truth !== this.#truth) return;
    this.#noisy = noisy;
    this.#results.clear();
    this.#renewed();
    download.disabled = true;
    showBefore(noisy);
    said.textContent = [
      `${truth.name}, ${noisy.width} x ${noisy.height} pixels`,
      quality && `with the noise PSNR ${quality.psnr.toFixed(2)} dB, SSIM ${quality.ssim.toFixed(4)}`,
      warning,
    ]
      .filter((part) => part !== undefined)
      .join('; ');
  }

  /** How close an image is to the true picture; unknown where the noise was in it from the beginning. */
  async #quality(other: Image) {
    if (Number(added.value) === 0) return undefined;
    return this.#explorer.worker.ask('quality', { truth: this.#truth!.image, other });
  }

  async #restore(): Promise<void> {
    const noisy = this.#noisy;
    if (!noisy || this.#running) return;
    this.#running = new AbortController();
    this.#showRunning(true);
    try {
      const { signal } = this.#running;
      const sigma = level.value === '' ? undefined : Number(level.value);
      const start = performance.now();
      const onProgress = (share: number) => {
        progress.value = share;
        left.textContent = timeLeft(start, share);
      };
      const given = { noisy, method: chosenMethod(), sigma };
      const restored = await this.#explorer.worker.ask('restore', given, { onProgress, signal });
      const quality = await this.#quality(restored.restored);
      if (noisy !== this.#noisy) return;
      this.#results.add({ ...restored, quality });
      download.disabled = false;
    } finally {
      this.#running = undefined;
      this.#showRunning(false);
    }
  }

  #showRunning(isRunning: boolean): void {
    go.disabled = isRunning;
    cancel.disabled = !isRunning;
    progress.value = 0;
    left.textContent = '';
  }

  async #save(): Promise<void> {
    const shown = this.#results.shown;
    if (!shown || !this.#truth) return;
    const address = URL.createObjectURL(await pngOf(shown.restored));
    const name = `${this.#truth.name.replace(/\.\w+$/, '')}-restored.png`;
    Object.assign(document.createElement('a'), { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  }
}

/** Seconds that are worth telling. */
const WORTH = 3;

/** `about 40 s left`; nothing for what is over soon. */
function timeLeft(start: number, share: number): string {
  const seconds = secondsLeft(start, share) ?? 0;
  return seconds < WORTH ? '' : `about ${Math.ceil(seconds)} s left`;
}
