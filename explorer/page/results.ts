import { formatSigma } from '@nlrn/data';
import type { Quality } from '@nlrn/nn';
import { byId, element } from './elements.ts';
import type { Restored } from './worker/restore.ts';

/** A restoration, and how close it is to the picture without noise, where noise was added. */
export interface Result extends Restored {
  readonly quality: Quality | undefined;
}

const table = byId('results', HTMLTableElement);

/** The table of the restorations of one picture, one of which is shown. */
export class Results {
  readonly #show: (result: Result) => void;
  #shown: Result | undefined;

  constructor(show: (result: Result) => void) {
    this.#show = show;
  }

  get shown(): Result | undefined {
    return this.#shown;
  }

  clear(): void {
    this.#shown = undefined;
    table.tBodies[0]!.replaceChildren();
    table.hidden = true;
  }

  /** Adds a restoration and shows it. */
  add(result: Result): void {
    const choice = element('input');
    Object.assign(choice, { type: 'radio', name: 'shown', checked: true, ariaLabel: `show ${result.how}` });
    choice.addEventListener('change', () => this.#mark(result));
    const cells = cellsOf(result).map((text) => element('td', text));
    table.tBodies[0]!.append(element('tr', element('td', choice), ...cells));
    table.hidden = false;
    this.#mark(result);
  }

  #mark(result: Result): void {
    this.#shown = result;
    this.#show(result);
  }
}

function cellsOf({ how, sigma, quality, milliseconds }: Result): string[] {
  const figures = quality ? [quality.psnr.toFixed(2), quality.ssim.toFixed(4)] : ['–', '–'];
  return [how, formatSigma(sigma), ...figures, (milliseconds / 1000).toFixed(1)];
}
