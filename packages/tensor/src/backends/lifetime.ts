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

/** Whether something can still be used: it, and what it lives in, if anything. */
class Lifetime {
  private readonly what: string;
  private readonly within: Lifetime | undefined;
  private isOver = false;

  constructor(what: string, within?: Lifetime) {
    this.what = what;
    this.within = within;
  }

  /** Throws BackendError once it is over. */
  check(): void {
    this.within?.check();
    if (this.isOver) throw new BackendError(`${this.what} has been disposed of: make another one`);
  }

  /** Ends it; false if it was over already, or what it lives in was. */
  end(): boolean {
    const wasAlive = !this.isOver && !this.within?.isOver;
    this.isOver = true;
    return wasAlive;
  }
}

/** A backend whose programs do not say which outputs they have. */
export interface UntypedBackend extends Omit<Backend, 'compile'> {
  compile(graph: Graph): Executable;
}

/**
 * The backend, with an error at once for whatever is asked of it, or of its programs, after their `dispose`, and with
 * programs whose types say which outputs they have.
 */
export function withLifetime(backend: UntypedBackend): Backend {
  const lifetime = new Lifetime('this backend');
  return {
    ...backend,
    compile<O extends Outputs>(graph: Graph<O>): Executable<O> {
      lifetime.check();
      return new LivingExecutable<O>(backend.compile(graph), lifetime);
    },
    async read(variable: Variable): Promise<Data> {
      lifetime.check();
      return backend.read(variable);
    },
    write(variable: Variable, value: ArrayLike<number>): void {
      lifetime.check();
      checkValue(variable, value);
      backend.write(variable, value);
    },
    async dispose(): Promise<void> {
      if (lifetime.end()) await backend.dispose();
    },
  };
}

class LivingExecutable<O extends Outputs> implements Executable<O> {
  readonly program: Program;
  readonly hostTime?: Executable['hostTime'];
  readonly profile?: (feeds?: Feeds) => Promise<InstructionTime[]>;
  private readonly executable: Executable;
  private readonly lifetime: Lifetime;

  constructor(executable: Executable, backend: Lifetime) {
    this.executable = executable;
    this.lifetime = new Lifetime('this program', backend);
    this.program = executable.program;
    if (executable.hostTime) this.hostTime = executable.hostTime;
    if (executable.profile) {
      this.profile = async (feeds) => {
        this.lifetime.check();
        return executable.profile!(feeds);
      };
    }
  }

  async run(feeds?: Feeds, options?: RunOptions): Promise<Results<O>> {
    this.lifetime.check();
    // A backend returns what the program's outputs are, and those are the graph's.
    return (await this.executable.run(feeds, options)) as Results<O>;
  }

  dispose(): void {
    if (this.lifetime.end()) this.executable.dispose();
  }
}
