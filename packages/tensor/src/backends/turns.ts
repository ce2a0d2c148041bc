/** Milliseconds of work after which the event loop has a turn: nobody notices so short a wait. */
const TURN_EVERY = 50;

/** Resolves when the event loop has had a turn; browsers have no `setImmediate`. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if ('setImmediate' in globalThis) setImmediate(resolve);
    else setTimeout(resolve);
  });
}

/** A function that gives the event loop a turn when it is due: signals, timers and what is drawn need not wait for a run. */
export function turns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_EVERY) return;
    await turn();
    last = performance.now();
  };
}
