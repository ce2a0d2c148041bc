import { formatBytes } from '@nlrn/tensor';
import { drawCurve, type Point } from './curve.ts';
import { byId, element } from './elements.ts';
import type { Explorer } from './explorer.ts';
import { drawMemoryPlan } from './memoryPlan.ts';
import { ParameterMaps } from './parameterMaps.ts';
import { whenShown } from './parts.ts';
import { figure } from './pictures.ts';
import { partTimes, programTable } from './programTable.ts';
import type { Started, StepTaken, TrainingLook } from './worker/training.ts';

const states = byId('states', HTMLSelectElement);
const rate = byId('rate', HTMLInputElement);
const rateValue = byId('rateValue', HTMLOutputElement);
const start = byId('start', HTMLButtonElement);
const oneStep = byId('oneStep', HTMLButtonElement);
const again = byId('again', HTMLButtonElement);
const trained = byId('trained', HTMLElement);
const curves = byId('curves', HTMLElement);
const patches = byId('patches', HTMLElement);
const stepProgram = byId('stepProgram', HTMLElement);

/** Steps between two looks at the network. */
const LOOK_EVERY = 10;

/** The share that a step's loss has in the smoothed one, at least. */
const FRESH = 0.1;

/** A training in the page: it starts when this part of the page is first shown. */
export class Training {
  readonly #explorer: Explorer;
  readonly #maps = new ParameterMaps(byId('parameters', HTMLElement));
  readonly #losses: Point[] = [];
  readonly #smooth: Point[] = [];
  readonly #psnrs: Point[] = [];
  #look: TrainingLook | undefined;
  /** What ends the steps that follow one another; undefined while none do */
  #running: AbortController | undefined;
  /** The work that is under way: one thing happens after the other */
  #last: Promise<unknown> = Promise.resolve();

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    rate.addEventListener('input', showRate);
    start.addEventListener('click', () => this.#setRunning(!this.#running));
    oneStep.addEventListener('click', () => this.#then(() => this.#step(true)));
    const begin = () => {
      this.#setRunning(false);
      this.#then(() => this.#begin());
    };
    again.addEventListener('click', begin);
    states.addEventListener('change', begin);
    addEventListener('hashchange', () => this.#setRunning(false));
    showRate();
    whenShown('#train', begin);
  }

  #then(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(() => this.#explorer.attempt(work));
  }

  #setRunning(isRunning: boolean): void {
    if (isRunning === (this.#running !== undefined)) return;
    this.#running?.abort();
    this.#running = isRunning ? new AbortController() : undefined;
    start.textContent = isRunning ? 'Pause' : 'Start';
    const running = this.#running;
    if (running) this.#then(() => this.#run(running));
  }

  async #begin(): Promise<void> {
    const started = await this.#explorer.worker.ask('startTraining', { states: Number(states.value) });
    for (const points of [this.#losses, this.#smooth, this.#psnrs]) points.length = 0;
    trained.textContent = 'Before the first step';
    this.#look = started.look;
    this.#maps.begin(started.look.parameters);
    patches.replaceChildren(
      figure('the patch', started.truth),
      figure(`with noise: ${started.look.noisyPsnr.toFixed(2)} dB`, started.noisy),
      figure('', started.look.restored),
    );
    showProgram(started);
    for (const button of [start, oneStep, again]) button.disabled = false;
    this.#show();
  }

  async #run(running: AbortController): Promise<void> {
    oneStep.disabled = true;
    try {
      while (!running.signal.aborted) await this.#step((this.#losses.length + 1) % LOOK_EVERY === 0);
    } finally {
      if (this.#running === running) this.#setRunning(false);
      oneStep.disabled = false;
    }
  }

  async #step(look: boolean): Promise<void> {
    const taken = await this.#explorer.worker.ask('trainStep', { rate: rateOf(), look });
    const { step: x, loss } = taken;
    this.#losses.push({ x, y: loss });
    const before = this.#smooth.at(-1)?.y ?? loss;
    // A geometric mean, as the axis is logarithmic: an arithmetic one would long be that of the first losses.
    this.#smooth.push({ x, y: before * (loss / before) ** Math.max(FRESH, 1 / x) });
    trained.textContent = describe(taken);
    if (!taken.look) return;
    this.#look = taken.look;
    this.#psnrs.push({ x, y: taken.look.psnr });
    this.#maps.show(taken.look.parameters);
    this.#show();
  }

  #show(): void {
    const { psnr, restored } = this.#look!;
    const last = patches.lastElementChild!;
    last.replaceWith(figure(`restored: ${psnr.toFixed(2)} dB`, restored));
    curves.replaceChildren(
      curve('Loss, and smoothed', {
        rough: this.#losses,
        points: this.#smooth,
        isLogarithmic: true,
      }),
      curve('PSNR of the restored patch, dB', { points: this.#psnrs }),
    );
  }
}

function describe({ step, loss, norm }: StepTaken): string {
  return `Step ${step}: loss ${loss.toPrecision(4)}, norm of the gradient ${norm.toPrecision(3)}`;
}

/** The slider moves the power of ten. */
function rateOf(): number {
  return Number((10 ** Number(rate.value)).toPrecision(2));
}

function showRate(): void {
  rateValue.value = String(rateOf());
}

function curve(caption: string, of: Omit<Parameters<typeof drawCurve>[0], 'label'>): HTMLElement {
  return element('figure', drawCurve({ label: caption, ...of }), element('figcaption', caption));
}

function showProgram({ parameters, program }: Started): void {
  const { instructions, peak } = program;
  const times = partTimes(program);
  stepProgram.replaceChildren(
    element(
      'p',
      `${parameters} parameters; a step has ${instructions.length} instructions and needs ${formatBytes(peak)} for values. `,
      times && `Each run by itself: ${times}.`,
    ),
    programTable(program),
    element('h3', 'Memory plan'),
    element(
      'p',
      'From left to right the instructions, from below to above the memory: a rectangle for each value, from where it is made to where it is last read.',
    ),
    drawMemoryPlan(program),
    legend(),
  );
}

function legend(): HTMLElement {
  const marks = ['forward', 'backward', 'update', 'scratch'].map((kind) => {
    const mark = element('span', kind);
    mark.className = `legend ${kind}`;
    return mark;
  });
  return element('p', ...marks);
}
