/** Milliseconds of work after which the event loop has a turn: nobody notices so short a wait. */
const TURN_EVERY = 50;

/** Resolves when the event loop has had a turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if ('setImmediate' in globalThis) setImmediate(resolve);
    else onMessage(resolve);
  });
}

/** Browsers have no `setImmediate`, and hold timers back: a message of one's own comes with the next turn. */
function onMessage(listener: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    listener();
  };
  port2.postMessage(undefined);
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
