import type { Data } from '../elementType.ts';
import type { Graph, Program } from '../program/program.ts';
import type { Variable } from '../tensor.ts';
import { checkFeeds, type Executable, type Feeds, type RunOptions } from './backend.ts';
import { BackendError } from './backendError.ts';
import type { UntypedBackend } from './lifetime.ts';
import type { Storing } from './storing.ts';

/** Work on something that only one may use at a time. */
export class Order {
  private last: Promise<unknown> = Promise.resolve();

  /** Does a piece of work when all that came before it is done, well or badly. */
  next<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  /** Resolves when all that was asked for is done. */
  async done(): Promise<void> {
    await this.last;
  }
}

/**
 * A backend whose runs leave the thread in their midst: whatever is asked of it meanwhile waits until they are done.
 *
 * `compile` does not wait, and must not touch what runs share. Feeds and values are taken as they are when they are given. A
 * variable that the backend cannot store is refused at once: `storing` throws for it.
 */
export function inOrder(backend: UntypedBackend, storing: Storing): UntypedBackend {
  const order = new Order();
  return {
    ...backend,
    compile: (graph: Graph): Executable => executableInOrder(backend.compile(graph), order),
    read: (variable: Variable): Promise<Data> => order.next(() => backend.read(variable)),
    write(variable: Variable, value: ArrayLike<number>): void {
      storing(variable);
      const copy = new Float64Array(value);
      order.next(() => backend.write(variable, copy)).catch(toldByNextRun);
    },
    dispose: () => order.next(() => backend.dispose()),
  };
}

/** Memory that is missing is told by the next run; anything else is told at once. */
function toldByNextRun(error: unknown): void {
  if (!(error instanceof BackendError)) throw error;
}

function executableInOrder(executable: Executable, order: Order): Executable {
  const { program, profile } = executable;
  return {
    program,
    async run(feeds: Feeds = {}, options?: RunOptions) {
      const given = copyOf(program, feeds);
      return order.next(() => executable.run(given, options));
    },
    ...(profile && {
      async profile(feeds: Feeds = {}) {
        const given = copyOf(program, feeds);
        return order.next(() => profile.call(executable, given));
      },
    }),
    dispose: () => void order.next(() => executable.dispose()),
  };
}

/** The feeds as they are now. Throws as `checkFeeds`. */
function copyOf(program: Program, feeds: Feeds): Feeds {
  checkFeeds(program, feeds);
  return Object.fromEntries(Object.entries(feeds).map(([name, given]) => [name, new Float64Array(given)]));
}
