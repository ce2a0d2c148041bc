import type { Image } from '@nlrn/data';
import { secondsLeft } from '@nlrn/nn';
import { byId } from './elements.ts';
import type { Explorer } from './explorer.ts';
import type { Scene } from './looking.ts';
import { chosenMethod } from './methods.ts';
import { pngOf } from './pictures.ts';
import { type Result, Results } from './results.ts';
import type { Picture } from './source.ts';
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
const done = byId('done', HTMLElement);
const download = byId('download', HTMLButtonElement);

/** A picture with the noise that was added to it. */
interface Opened {
  readonly truth: Picture;
  readonly noisy: Image;
  /** Whether noise was added: else the picture without noise is not known */
  readonly isAdded: boolean;
}

/** The picture that is open, with the noise that is added, and its restorations. */
export class Restoring {
  readonly #explorer: Explorer;
  readonly #renewed: () => void;
  readonly #results = new Results(({ restored }) => showAfter(restored));
  #opened: Opened | undefined;
  /** The picture that was asked for last, which may not be open yet */
  #wanted: Picture | undefined;
  /** Deviation of the noise that is added, 0-255 scale, as the slider was left: a photograph has noise of its own */
  readonly #sigmas = { generated: 25, own: 0 };
  /** Settled once the noise that was asked for last has been added */
  #noiseAdded: Promise<void> = Promise.resolve();
  /** What ends the restoration that is under way */
  #running: AbortController | undefined;

  /** `renewed` is called when there is another picture, or other noise. */
  constructor(explorer: Explorer, renewed: () => void) {
    this.#explorer = explorer;
    this.#renewed = renewed;
    added.addEventListener('input', () => {
      this.#sigmas[this.#wanted?.origin ?? 'generated'] = Number(added.value);
      addedValue.value = added.value;
    });
    for (const input of [added, seed])
      input.addEventListener('change', () => explorer.attempt(() => this.#addNoise()));
    controls.addEventListener('submit', (event) => {
      event.preventDefault();
      void explorer.attempt(() => this.#restore());
    });
    cancel.addEventListener('click', () => this.#running?.abort());
    download.addEventListener('click', () => explorer.attempt(() => this.#save()));
  }

  /** What can be looked into: the picture, with the level that the restoration which is shown had; undefined before there is one. */
  scene(): Scene | undefined {
    const [opened, shown] = [this.#opened, this.#results.shown];
    if (!opened || !shown) return undefined;
    return {
      truth: opened.isAdded ? opened.truth.image : undefined,
      noisy: opened.noisy,
      sigma: shown.sigma,
      method: shown.how,
    };
  }

  /** Opens a picture and restores it; one that cannot be leaves that which is open. */
  async open(truth: Picture): Promise<void> {
    this.#want(truth);
    await this.#addNoise();
    if (this.#opened?.truth === truth) await this.#restore();
  }

  /** Has the slider show the noise that such a picture gets. */
  #want(truth: Picture | undefined): void {
    this.#wanted = truth;
    if (truth) added.value = addedValue.value = String(this.#sigmas[truth.origin]);
  }

  /** Shows the picture that was asked for last with noise, where what is typed is valid: restorations of other noise are none of it. */
  #addNoise(): Promise<void> {
    this.#noiseAdded = this.#withNoise();
    return this.#noiseAdded;
  }

  async #withNoise(): Promise<void> {
    const truth = this.#wanted;
    if (!truth || !controls.reportValidity()) return;
    this.#running?.abort();
    const { name, image, smallerFrom } = truth;
    const sigma = Number(added.value);
    const { noisy, quality, warning } = await this.#explorer.worker
      .ask('addNoise', { name, image, sigma, seed: Number(seed.value) })
      .catch((error) => {
        if (this.#wanted === truth) this.#want(this.#opened?.truth);
        throw error;
      });
    // One may have begun meanwhile, if two pictures came at once.
    this.#running?.abort();
    this.#opened = { truth, noisy, isAdded: quality !== undefined };
    this.#results.clear();
    this.#renewed();
    done.textContent = '';
    download.disabled = true;
    showBefore(noisy);
    said.textContent = [
      `${name}, ${noisy.width} x ${noisy.height} pixels`,
      smallerFrom &&
        `made smaller from ${smallerFrom.width} x ${smallerFrom.height}: "Size of a picture that is opened" changes that`,
      quality
        ? `with noise of sigma ${sigma} added: PSNR ${quality.psnr.toFixed(2)} dB, SSIM ${quality.ssim.toFixed(4)}`
        : 'no noise added',
      warning,
    ]
      .filter((part) => part !== undefined)
      .join('; ');
  }

  async #restore(): Promise<void> {
    // What is restored is the picture with the noise that was asked for last; who asked for it is told of its faults.
    await this.#noiseAdded.catch(() => {});
    // What was typed when it was to be opened was not valid.
    if (this.#opened?.truth !== this.#wanted) await this.#addNoise();
    const opened = this.#opened;
    // One that is cancelled may not have ended yet.
    if (!opened || opened.truth !== this.#wanted || this.#running?.signal.aborted === false) return;
    const running = new AbortController();
    this.#running = running;
    this.#showRunning(true);
    done.textContent = '';
    try {
      const result = await this.#restored(opened, running.signal);
      if (opened !== this.#opened) return;
      this.#results.add(result);
      done.textContent = `Done: ${result.how}.`;
      download.disabled = false;
    } finally {
      if (this.#running === running) {
        this.#running = undefined;
        this.#showRunning(false);
      }
    }
  }

  async #restored({ truth, noisy, isAdded }: Opened, signal: AbortSignal): Promise<Result> {
    const { worker } = this.#explorer;
    const start = performance.now();
    const onProgress = (share: number) => {
      if (signal.aborted) return;
      progress.value = share;
      left.textContent = timeLeft(start, share);
    };
    const sigma = level.value === '' ? undefined : Number(level.value);
    const given = { noisy, method: chosenMethod(), sigma };
    const restored = await worker.ask('restore', given, { onProgress, signal });
    const pair = { truth: truth.image, other: restored.restored };
    return { ...restored, quality: isAdded ? await worker.ask('quality', pair) : undefined };
  }

  #showRunning(isRunning: boolean): void {
    const [before, now] = isRunning ? [go, cancel] : [cancel, go];
    const hadFocus = document.activeElement === before;
    now.disabled = false;
    // With the keyboard one goes on from here, and nothing that is disabled has the focus.
    if (hadFocus) now.focus();
    before.disabled = true;
    progress.value = 0;
    left.textContent = '';
  }

  async #save(): Promise<void> {
    const [opened, shown] = [this.#opened, this.#results.shown];
    if (!opened || !shown) return;
    const address = URL.createObjectURL(await pngOf(shown.restored));
    const name = `${opened.truth.name.replace(/\.\w+$/, '')}-restored.png`;
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
