import { bytesOf, type Data } from '../../elementType.ts';
import { formatBytes } from '../../program/formatProgram.ts';
import type { Graph, Program } from '../../program/program.ts';
import { sizeOf } from '../../shape.ts';
import type { Variable } from '../../tensor.ts';
import type { Backend, Executable, Feeds, InstructionTime, RunOptions } from '../backend.ts';
import { BackendError } from '../backendError.ts';
import { inOrder } from '../inOrder.ts';
import { type UntypedBackend, withLifetime } from '../lifetime.ts';
import { PerVariable } from '../perVariable.ts';
import { storing } from '../storing.ts';
import { turns } from '../turns.ts';
import { compileForGpu, isCopy, type Lowered, lowerProgram } from './compile.ts';
import { Counted, keyOf } from './counted.ts';
import type { OpenMode } from './host.ts';
import { type Handle, KernelCache } from './kernels.ts';
import type { Memory, ThreadNumbers } from './lower/dispatch.ts';
import { ADVICE } from './modes.ts';

/**
 * The modes in which gpu.js runs one kernel after the other, and gives each result as a new array or texture.
 *
 * A buffer of the plan is then only a place for a handle: storing the next value in it gives the last one's memory back.
 */
export function stepwiseBackend(open: OpenMode): Backend {
  // A texture of four numbers a pixel would be read as if it had one.
  const perThread: ThreadNumbers = open.mode === 'headlessgl' ? 1 : 4;
  const kernels = new KernelCache(open);
  const storingHere = storing(`gpujs ${open.mode}`, ['float32']);
  const variables = new PerVariable<{ handle: Handle }>(({ handle }) => kernels.release(handle));
  const constants = new Counted<Handle>((handle) => kernels.release(handle));
  const upload = (value: ArrayLike<number>) => kernels.upload(Float32Array.from(value), variables);
  const slotOf = (variable: Variable) => {
    storingHere(variable);
    return variables.get(variable, () => ({ handle: upload(variable.initial) }));
  };
  const stored = (variable: Variable): Handle => slotOf(variable).handle;
  const store = (variable: Variable, handle: Handle): void => {
    const slot = slotOf(variable);
    kernels.release(slot.handle);
    slot.handle = handle;
  };
  const constant = (value: number, user: object): Handle =>
    constants.get(keyOf(value), user, () => kernels.upload(Float32Array.of(value), user));
  const release = (user: object): void => {
    constants.release(user);
    kernels.forget(user);
  };
  const shared = { stored, store, constant, release };
  const backend: UntypedBackend = {
    description: `gpujs ${open.mode}`,
    compile(graph: Graph): Executable {
      const program = compileForGpu(graph, perThread, storingHere);
      const lowered = lowerProgram(program, perThread);
      checkSizes(lowered, open);
      return new StepwiseExecutable(program, lowered, kernels, shared);
    },
    read: async (variable) => kernels.read(stored(variable), sizeOf(variable.shape)),
    write(variable, value) {
      store(variable, upload(value));
    },
    async dispose() {
      variables.clear();
      constants.clear();
      kernels.dispose();
    },
  };
  return withLifetime(inOrder(backend, storingHere));
}

/** What 32 bits address, less what gpu.js adds. */
const WEBASM_BYTES = 2 ** 32 - 2 ** 21;

/** Throws BackendError if a kernel needs more memory than it can have. */
function checkSizes(lowered: readonly Lowered[], { mode, limits }: OpenMode): void {
  for (const { instruction, calls } of lowered) {
    for (const call of calls) {
      if (isCopy(call)) continue;
      const sizes = [...call.inputs, ...call.outputs].map(bytesOf);
      // A kernel of webasm has its inputs and its output in a memory of its own; a texture has four numbers a pixel.
      const [needed, most] =
        mode === 'webasm'
          ? [sizes.reduce((a, b) => a + b), WEBASM_BYTES]
          : [Math.max(...sizes), mode === 'headlessgl' ? 16 * limits.maxTextureSize! ** 2 : Infinity];
      if (needed <= most) continue;
      throw new BackendError(
        `${instruction.name} needs ${formatBytes(needed)} for a kernel of mode ${mode}, ` +
          `which can have ${formatBytes(most)}: ${ADVICE}`,
      );
    }
  }
}

/** What outlives a run. */
interface Shared {
  stored(variable: Variable): Handle;
  store(variable: Variable, handle: Handle): void;
  constant(value: number, user: object): Handle;
  /** Gives back the constants and kernels that nobody but this user has. */
  release(user: object): void;
}

class StepwiseExecutable implements Executable {
  readonly program: Program;
  private readonly lowered: readonly Lowered[];
  private readonly kernels: KernelCache;
  private readonly shared: Shared;
  /** What lies in the buffers of the plan, by offset. */
  private readonly buffers = new Map<number, Handle>();

  constructor(program: Program, lowered: readonly Lowered[], kernels: KernelCache, shared: Shared) {
    this.program = program;
    this.lowered = lowered;
    this.kernels = kernels;
    this.shared = shared;
  }

  async run(feeds: Feeds = {}, { onProgress }: RunOptions = {}): Promise<Record<string, Data>> {
    const turn = turns();
    this.begin(feeds);
    try {
      for (const [i, { calls }] of this.lowered.entries()) {
        this.execute(calls);
        onProgress?.((i + 1) / this.lowered.length);
        await turn();
      }
      const results = Object.entries(this.program.outputs).map(([name, { shape, storage }]) => [
        name,
        this.kernels.read(this.load(storage as Memory), sizeOf(shape)),
      ]);
      return Object.fromEntries(results);
    } finally {
      this.end();
    }
  }

  async profile(feeds: Feeds = {}): Promise<InstructionTime[]> {
    this.begin(feeds);
    const times = this.lowered.map(({ instruction, calls }) => {
      const start = performance.now();
      this.execute(calls);
      return { instruction, milliseconds: performance.now() - start };
    });
    this.end();
    return times;
  }

  dispose(): void {
    this.shared.release(this);
  }

  private begin(feeds: Feeds): void {
    for (const { name, storage } of this.program.inputs) {
      this.store(storage as Memory, this.kernels.upload(Float32Array.from(feeds[name]!), this));
    }
  }

  private execute(calls: Lowered['calls']): void {
    for (const call of calls) {
      if (isCopy(call)) {
        const elements = this.kernels.read(this.load(call.from.memory), sizeOf(call.from.shape));
        this.store(call.to.memory, this.kernels.upload(elements, this));
      } else {
        const inputs = call.inputs.map(({ memory }) => this.load(memory));
        const made = this.kernels.run(call, inputs, this);
        for (const [i, { memory }] of call.outputs.entries()) this.store(memory, made[i]!);
      }
    }
  }

  private end(): void {
    for (const handle of this.buffers.values()) this.kernels.release(handle);
    this.buffers.clear();
  }

  private load(memory: Memory): Handle {
    if (memory.kind === 'variable') return this.shared.stored(memory.variable);
    return memory.kind === 'constant'
      ? this.shared.constant(memory.value, this)
      : this.buffers.get(memory.offset)!;
  }

  private store(memory: Memory, handle: Handle): void {
    if (memory.kind === 'variable') this.shared.store(memory.variable, handle);
    if (memory.kind !== 'arena') return;
    const last = this.buffers.get(memory.offset);
    if (last) this.kernels.release(last);
    this.buffers.set(memory.offset, handle);
  }
}
