import { byId } from './elements.ts';
import { CANCELLED } from './protocol.ts';
import { Remote } from './remote.ts';
import type { Tasks } from './worker/tasks.ts';

/** What all parts of the page have in common. */
export interface Explorer {
  readonly worker: Remote<Tasks>;
  /** Does something, and says on the page why it has failed, if it has. */
  attempt(work: () => Promise<unknown>): Promise<void>;
  /** Resolves once what the page does by itself when it is opened is done. */
  readonly opened: Promise<void>;
}

/** A worker that can do all tasks; `onComputes` as `Remote` has it. */
export function startWorker(onComputes: (computes: string) => void): Remote<Tasks> {
  return new Remote<Tasks>(new Worker('worker.js', { type: 'module' }), onComputes);
}

/** Starts the worker. */
export function startExplorer(): Explorer {
  const worker = startWorker(showComputes);
  let underWay = 0;
  let rest = () => {};
  const opened = new Promise<void>((resolve) => {
    rest = resolve;
  });
  const attempt = async (work: () => Promise<unknown>) => {
    underWay++;
    await orFault(work);
    if (--underWay === 0) rest();
  };
  return { worker, attempt, opened };
}

const backend = byId('backend', HTMLElement);

/** Says what computes. */
export function showComputes(computes: string): void {
  backend.textContent = `Computed by ${computes}.`;
}

const fault = byId('fault', HTMLElement);

/** Does something, and shows its fault, if it has one. */
async function orFault(work: () => Promise<unknown>): Promise<void> {
  fault.hidden = true;
  try {
    await work();
  } catch (error) {
    const { message } = error as Error;
    if (message === CANCELLED) return;
    fault.textContent = message;
    fault.hidden = false;
  }
}
