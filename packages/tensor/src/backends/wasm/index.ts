import { host } from '#wasm/host';
import type { Data } from '../../elementType.ts';
import { compileGraph } from '../../program/compile.ts';
import type { Program } from '../../program/program.ts';
import { sizeOf } from '../../shape.ts';
import type { Backend, Executable, Feeds, InstructionTime, RunOptions } from '../backend.ts';
import { inOrder } from '../inOrder.ts';
import { type UntypedBackend, withLifetime } from '../lifetime.ts';
import { turns } from '../turns.ts';
import { WORD } from './control.ts';
import type { Crew } from './crew.ts';
import { addressOf, callsIn, encode, scratchOf } from './encode.ts';
import { END } from './kernels/constants.ts';
import { ROUTINES } from './lower/index.ts';
import { KernelMemory, storingFloat32 } from './memory.ts';
import { hasRelaxedSimd, loadKernels } from './module.ts';

/** How the `wasm` backend computes. */
export interface WasmOptions {
  /**
   * Threads that share the work; by default one for each core, and one in a page that is not cross-origin isolated, where
   * there can be no more. In Node the calling thread is one of them, and in a page's worker the only one if there is one.
   */
  readonly threads?: number | undefined;
  /**
   * Whether to use relaxed SIMD, by default where it is there: twice as fast, but the last bit of a multiply-add is the
   * processor's. Without it results have the same bits everywhere.
   */
  readonly relaxed?: boolean | undefined;
  /**
   * The address of a folder with the `kernelFiles` of `@nlrn/tensor/node`: a page compiles them while it loads them. Those that
   * the package itself brings serve without it, where they cannot be had, and in Node.
   */
  readonly kernels?: string | undefined;
}

/**
 * The embedded default: float32 kernels in WebAssembly, SIMD, worker threads over one shared memory.
 *
 * Results have the same bits for any number of threads. Throws if the kernels have not been built, or if there cannot be
 * so many threads. A run rejects with BackendError, and the thread's own message, if a thread fails or ends.
 */
export async function wasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const shared = host.sharesMemory();
  const count = threadCount(options, shared);
  const kernels = await loadKernels(
    { relaxed: options.relaxed ?? hasRelaxedSimd(), shared },
    options.kernels,
  );
  const memory = new KernelMemory(shared);
  const threads = await host.startCrew(memory, kernels, count);
  const backend: UntypedBackend = {
    description: `wasm (${count} ${count === 1 ? 'thread' : 'threads'})`,
    compile(graph): Executable {
      const program = compileGraph(graph, {
        memory: 'arena',
        storing: storingFloat32,
        routines: ROUTINES,
        scratch: (step) => scratchOf(step, count),
      });
      return new WasmExecutable(program, memory, { threads, count });
    },
    read: async (variable) => memory.floats(memory.addressOf(variable), sizeOf(variable.shape)).slice(),
    write(variable, value) {
      memory.floats(memory.addressOf(variable), sizeOf(variable.shape)).set(value);
    },
    dispose: () => threads.stop(),
  };
  return withLifetime(inOrder(backend, storingFloat32));
}

/** More than any machine has cores; each takes memory of its own. */
const MOST_THREADS = 1024;

/** How many threads there are to be. Throws Error where there cannot be so many. */
function threadCount({ threads }: WasmOptions, shared: boolean): number {
  const count = threads ?? (shared ? Math.min(host.cores(), MOST_THREADS) : 1);
  if (!Number.isInteger(count) || count < 1 || count > MOST_THREADS) {
    throw new Error(`threads must be a whole number from 1 to ${MOST_THREADS}, is ${count}`);
  }
  if (count > 1 && !shared) {
    throw new Error(
      `${count} threads need a page that is cross-origin isolated: serve it with the headers ` +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out',
    );
  }
  return count;
}

/** What a program is run by. */
interface Engine {
  readonly threads: Crew;
  readonly count: number;
}

/** Milliseconds of work between two looks at the clock: a thousand times what handing over takes. */
const LOOK_EVERY = 10;

/**
 * A program in shared memory. Its words stand behind the arena, and are written again whenever the
 * arena has moved or another program has run.
 *
 * It is run in parts, between which the thread is free: as many calls at once as took LOOK_EVERY in the run before.
 */
class WasmExecutable implements Executable {
  readonly program: Program;
  private readonly memory: KernelMemory;
  private readonly threads: Crew;
  private readonly count: number;
  private words: Int32Array = new Int32Array();
  /** Where each call begins among the words, and, last, where the program ends. */
  private calls: readonly number[] = [];
  private callsAtOnce = 1;
  private encodedAt = -1;

  constructor(program: Program, memory: KernelMemory, { threads, count }: Engine) {
    this.program = program;
    this.memory = memory;
    this.threads = threads;
    this.count = count;
  }

  async run(feeds: Feeds = {}, { onProgress }: RunOptions = {}): Promise<Record<string, Data>> {
    const turn = turns();
    const start = performance.now();
    const address = this.begin(feeds);
    const count = this.calls.length - 1;
    for (let done = 0; done < count; ) {
      const next = Math.min(count, done + this.callsAtOnce);
      if (!(await this.execute(address, done, next))) throw await this.threads.failure();
      done = next;
      onProgress?.(done / count);
      await turn();
    }
    this.callsAtOnce = Math.max(1, Math.floor((count * LOOK_EVERY) / (performance.now() - start)));
    return Object.fromEntries(
      Object.entries(this.program.outputs).map(([name, value]) => [name, this.view(value).slice()]),
    );
  }

  async profile(feeds: Feeds = {}): Promise<InstructionTime[]> {
    const { program, memory } = this;
    const address = this.begin(feeds);
    const times: InstructionTime[] = [];
    for (const instruction of program.instructions) {
      const words = encode(program, memory, this.count, [instruction]);
      memory.words(address, words.length).set(words);
      const start = performance.now();
      // Without a call there is no barrier at which the workers could be waited for.
      if (words.length > 1 && !(await this.threads.run(address))) throw await this.threads.failure();
      times.push({ instruction, milliseconds: performance.now() - start });
    }
    return times;
  }

  dispose(): void {
    this.words = new Int32Array();
  }

  /** Places the program and its inputs; returns the address of its words. */
  private begin(feeds: Feeds): number {
    const address = this.place();
    for (const value of this.program.inputs) this.view(value).set(feeds[value.name]!);
    return address;
  }

  /** Runs some of the calls, at least one: for as long as it takes, the program ends behind them. False if a thread has failed. */
  private async execute(address: number, from: number, to: number): Promise<boolean> {
    const words = this.memory.words(address, this.words.length);
    const end = this.calls[to]!;
    const next = words[end]!;
    words[end] = END;
    const isDone = await this.threads.run(address + WORD * this.calls[from]!);
    words[end] = next;
    return isDone;
  }

  private view(value: Program['inputs'][number]): Float32Array {
    return this.memory.floats(addressOf(value, this.memory), sizeOf(value.shape));
  }

  /** Makes room for the arena and writes the program's words behind it; returns their address. */
  private place(): number {
    const { program, memory } = this;
    // The arena moves when a variable is given its place.
    for (const variable of program.variables) memory.addressOf(variable);
    if (this.encodedAt !== memory.arena) {
      this.words = encode(program, memory, this.count);
      this.calls = callsIn(this.words);
      this.encodedAt = memory.arena;
    }
    const address = memory.arena + program.peak;
    memory.ensure(address + WORD * this.words.length);
    memory.words(address, this.words.length).set(this.words);
    return address;
  }
}
