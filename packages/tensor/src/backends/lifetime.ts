import type { Data } from '../elementType.ts';
import type { Graph, Outputs, Program } from '../program/program.ts';
import type { Variable } from '../tensor.ts';
import {
  type Backend,
  checkValue,
  type Executable,
  type Feeds,
  type InstructionTime,
  type Results,
  type RunOptions,
} from './backend.ts';
import { BackendError } from './backendError.ts';

/** A backend whose programs do not say which outputs they have. */
export interface UntypedBackend extends Omit<Backend, 'compile'> {
  compile(graph: Graph): Executable;
}

/** A backend and its programs, by what stands for each; nothing of them is kept once it is over. */
class Lifetime {
  /** Undefined once it is over */
  kept: { readonly backend: UntypedBackend; readonly executables: WeakMap<object, Executable> } | undefined;

  constructor(backend: UntypedBackend) {
    this.kept = { backend, executables: new WeakMap() };
  }

  /** Throws BackendError once it is over. */
  backend(): UntypedBackend {
    return this.kept?.backend ?? disposedOf('this backend');
  }

  /** Throws BackendError once it is over, or the program has been disposed of. */
  executable(program: object): Executable {
    this.backend();
    return this.kept?.executables.get(program) ?? disposedOf('this program');
  }
}

function disposedOf(what: string): never {
  throw new BackendError(`${what} has been disposed of: make another one`);
}

/**
 * The backend, with an error at once for whatever is asked of it, or of its programs, after their `dispose`, and with
 * programs whose types say which outputs they have.
 */
export function withLifetime(backend: UntypedBackend): Backend {
  const lifetime = new Lifetime(backend);
  // None of these functions mentions `backend`: it would be kept for as long as they are.
  return {
    ...backend,
    compile: <O extends Outputs>(graph: Graph<O>): Executable<O> =>
      new LivingExecutable<O>(lifetime.backend().compile(graph), lifetime),
    read: async (variable: Variable): Promise<Data> => lifetime.backend().read(variable),
    write(variable: Variable, value: ArrayLike<number>): void {
      const living = lifetime.backend();
      checkValue(variable, value);
      living.write(variable, value);
    },
    async dispose(): Promise<void> {
      const living = lifetime.kept?.backend;
      lifetime.kept = undefined;
      await living?.dispose();
    },
  };
}

class LivingExecutable<O extends Outputs> implements Executable<O> {
  readonly program: Program;
  readonly hostTime?: Executable['hostTime'];
  readonly profile?: (feeds?: Feeds) => Promise<InstructionTime[]>;
  private readonly lifetime: Lifetime;

  constructor(executable: Executable, lifetime: Lifetime) {
    lifetime.kept?.executables.set(this, executable);
    this.lifetime = lifetime;
    this.program = executable.program;
    if (executable.hostTime) this.hostTime = executable.hostTime;
    if (executable.profile) this.profile = async (feeds) => lifetime.executable(this).profile!(feeds);
  }

  async run(feeds?: Feeds, options?: RunOptions): Promise<Results<O>> {
    // A backend returns what the program's outputs are, and those are the graph's.
    return (await this.lifetime.executable(this).run(feeds, options)) as Results<O>;
  }

  dispose(): void {
    const executables = this.lifetime.kept?.executables;
    executables?.get(this)?.dispose();
    executables?.delete(this);
  }
}
