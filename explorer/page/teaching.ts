import { watchMoments } from './backwardPass.ts';
import { byId, element } from './elements.ts';
import { type Explorer, startWorker } from './explorer.ts';
import { drawGraph } from './graph.ts';
import type { Remote } from './remote.ts';
import { scrolled } from './scrolled.ts';
import type { Tasks } from './worker/tasks.ts';
import type { Taught, Value } from './worker/teach.ts';

const form = byId('teach', HTMLFormElement);
const text = byId('text', HTMLTextAreaElement);
const runButton = byId('run', HTMLButtonElement);
const taught = byId('taught', HTMLElement);

/** Numbers of a tensor that are shown */
const SHOWN = 24;

/** Milliseconds after which it is said that a formula still runs. */
const LONG = 2000;

/** How an address begins that brings a formula along. */
const WITH_FORMULA = '#formula=';

/**
 * Evaluates the formula that is typed. One that the page's address brings along stands there to be read first: it may be any
 * program, by anybody.
 */
export function watchFormula({ attempt }: Explorer): void {
  const teacher = new Teacher();
  const run = () =>
    attempt(async () => {
      try {
        show(await teacher.teach(text.value));
      } catch (error) {
        // What stands there is of another formula.
        taught.replaceChildren();
        throw error;
      }
    });
  /** The address whose formula was taken last */
  let taken: string | undefined;
  const take = () => {
    const { hash } = location;
    if (!hash.startsWith(WITH_FORMULA) || hash === taken) return;
    taken = hash;
    void attempt(async () => showBrought(formulaOf(hash)));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void run();
  });
  addEventListener('hashchange', take);
  take();
}

/** Runs formulas, one at a time, in a worker of its own: one may be a program without an end, which the next one ends. */
class Teacher {
  #worker: Remote<Tasks> | undefined;
  #isRunning = false;

  /** Rejects with the fault of the formula, and with CANCELLED when the next one has been given. */
  async teach(formula: string): Promise<Taught> {
    if (this.#isRunning) {
      this.#worker?.end();
      this.#worker = undefined;
    }
    this.#isRunning = true;
    this.#worker ??= startWorker(() => {});
    const worker = this.#worker;
    const words = element('p', STILL_RUNS);
    const waiting = setTimeout(() => taught.replaceChildren(words), LONG);
    try {
      return await worker.ask('teach', { text: formula });
    } finally {
      clearTimeout(waiting);
      words.remove();
      if (worker === this.#worker) this.#isRunning = false;
    }
  }
}

const STILL_RUNS = 'The formula is still running. If it has no end, change it, and press Run: that ends it.';

/** Throws Error, with the remedy, for one that cannot be decoded. */
function formulaOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(WITH_FORMULA.length));
  } catch {
    throw new Error(`the formula in the page's address cannot be read: write each % in it as %25`);
  }
}

function showBrought(formula: string): void {
  text.value = formula;
  taught.replaceChildren(
    element('p', "The formula came with the page's address. It runs when you press Run."),
  );
  runButton.focus();
}

function show({ formula, graph, gradientGraph, moments, program, values }: Taught): void {
  taught.replaceChildren(
    element('h2', 'Formula'),
    textBlock(formula, 'The formula'),
    element('h2', 'Graph'),
    scrolled(drawGraph(graph, 'The graph of the formula'), 'The graph of the formula'),
    ...(gradientGraph
      ? [
          element('h2', 'Graph with the gradients, which are red'),
          scrolled(drawGraph(gradientGraph, 'The graph with its gradients'), 'The graph with its gradients'),
        ]
      : []),
    ...(moments.length > 0 ? [element('h2', 'Backward pass, step by step'), watchMoments(moments)] : []),
    element('h2', 'Program'),
    textBlock(program, 'The program'),
    element('h2', 'Values'),
    textBlock(values.map(describe).join('\n'), 'The values'),
  );
}

function describe({ name, shape, data }: Value): string {
  const numbers = data.slice(0, SHOWN).map((value) => String(Number(value.toPrecision(5))));
  return `${name} ${shape}: ${numbers.join(', ')}${data.length > SHOWN ? ', …' : ''}`;
}

function textBlock(content: string, label: string): HTMLElement {
  return scrolled(element('pre', content), label);
}
