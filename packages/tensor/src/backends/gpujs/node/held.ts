import type { OpenDevice } from '../host.ts';

/** What a process has open, for all copies of this module. */
interface Held {
  /** Dawn's objects stay reachable for good: when V8 collects its entry point, the process hangs or crashes. */
  readonly kept: unknown[];
  /** The device that all of mode webgpu shares; undefined again once it is lost */
  dawn?: Promise<OpenDevice> | undefined;
  /** Who uses OpenGL: two of them in one process end it with an X error */
  openGL?: 'webgpu' | 'headlessgl';
}

const shared = globalThis as { nlrnHeld?: Held };

/** What this process has open. */
export function held(): Held {
  shared.nlrnHeld ??= { kept: [] };
  return shared.nlrnHeld;
}
