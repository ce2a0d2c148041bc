import { byId } from './elements.ts';
import { CANCELLED } from './protocol.ts';
import { Remote } from './remote.ts';
import type { Tasks } from './worker/tasks.ts';

/** What all parts of the page have in common. */
export interface Explorer {
  readonly worker: Remote<Tasks>;
  /** Does something, and says on the page why it has failed, if it has. */
  attempt(work: () => Promise<unknown>): Promise<void>;
}

/** Starts the worker. */
export function startExplorer(): Explorer {
  const worker = new Remote<Tasks>(new Worker('worker.js', { type: 'module' }), showComputes);
  return { worker, attempt };
}

const backend = byId('backend', HTMLElement);

/** Says what computes. */
export function showComputes(computes: string): void {
  backend.textContent = `Computed by ${computes}.`;
}

const fault = byId('fault', HTMLElement);

async function attempt(work: () => Promise<unknown>): Promise<void> {
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
