import { bytesOf, type Data } from '../../elementType.ts';
import type { Graph, Program, Value } from '../../program/program.ts';
import { sizeOf } from '../../shape.ts';
import { type Backend, checkFeeds, type Executable, type Feeds, type InstructionTime } from '../backend.ts';
import { withLifetime } from '../lifetime.ts';
import {
  bufferSizes,
  type Copy,
  compileForGpu,
  isCopy,
  type Lowered,
  lowerProgram,
  PER_THREAD,
  placeOf,
} from './compile.ts';
import { type BufferRange, Device, packed, unpacked, wordsOf } from './device.ts';
import type { OpenMode } from './host.ts';
import type { Matrices } from './lower/byHand/matrices.ts';
import type { BufferPlace, Dispatch } from './lower/dispatch.ts';
import { storageOf } from './translate.ts';

/** Where kernels by hand are used: an imitated GPU is faster without. */
export type ByHandUse = 'never' | 'large' | 'always';

/** How the recording backend computes. */
export interface RecordingOptions {
  readonly byHand?: ByHandUse;
  /** For products with factors rounded to float16, on a card's matrix units; without it all is float32. */
  readonly matrices?: Matrices | undefined;
}

/**
 * The mode for GPUs: a program is recorded once, and each run is one command buffer and one submit.
 *
 * Variables stay on the GPU from run to run; only a program's outputs are read back.
 */
export function recordingBackend(
  { device: opened, gpu, adapter }: OpenMode,
  { byHand = adapter.software ? 'never' : 'large', matrices }: RecordingOptions = {},
): Backend {
  const device = new Device(opened!, gpu);
  return withLifetime({
    description: `gpujs webgpu (${adapter.name}; ${adapter.driver})${matrices ? ', precision mixed' : ''}`,
    computesElsewhere: true,
    largestValue: device.largestBuffer,
    compile(graph: Graph): Executable {
      return new Recording(compileForGpu(graph, PER_THREAD, device.storing), device, { byHand, matrices });
    },
    read: (variable) => device.inOrder(() => device.readVariable(variable)),
    write(variable, value) {
      device.storing(variable);
      const copy = packed(value, variable);
      // What goes wrong is told by whatever is asked for next.
      device.inOrder(async () => device.writeVariable(variable, copy)).catch(() => {});
    },
    dispose: () => device.dispose(),
  });
}

type Command =
  | {
      readonly pipeline: GPUComputePipeline;
      readonly bindings: GPUBindGroup;
      readonly groups: readonly [number, number, number];
    }
  | { readonly from: BufferRange; readonly to: BufferRange };

/** Offsets of parameters in their buffer, in bytes: the largest alignment that a device may ask for. */
const PARAMETERS_ALIGNMENT = 256;
const BYTES_OF_WORD = Uint32Array.BYTES_PER_ELEMENT;

class Recording implements Executable {
  readonly program: Program;
  readonly hostTime = { record: 0, replay: 0 };
  private readonly device: Device;
  private readonly lowered: readonly Lowered[];
  /** The arena's offsets, the largest buffer first, with the bytes that each needs. */
  private readonly buffers: readonly (readonly [offset: number, bytes: number])[];
  private parameters: GPUBuffer | undefined;
  /** For each instruction */
  private commands: readonly (readonly Command[])[] = [];
  private recordedAt = -1;

  constructor(program: Program, device: Device, options: RecordingOptions) {
    this.program = program;
    this.device = device;
    this.lowered = lowerProgram(program, PER_THREAD).map(({ instruction, calls }) => ({
      instruction,
      calls: calls.map((call) => (isCopy(call) ? call : withShader(call, options, device.mostGroups))),
    }));
    this.buffers = [...bufferSizes(program)].sort(([, a], [, b]) => b - a);
    this.checkLimits();
  }

  async run(feeds: Feeds = {}): Promise<Record<string, Data>> {
    const given = this.copyOf(feeds);
    const outputs = Object.entries(this.program.outputs);
    const values = await this.device.runInOrder(async () => {
      await this.record();
      const start = performance.now();
      this.upload(given);
      const encoder = this.device.encoder();
      encode(encoder, this.commands.flat());
      const ranges = outputs.map(([, value]) => this.rangeOf(placeOf(value)!));
      const reading = this.device.submitAndRead(encoder, ranges);
      this.hostTime.replay = performance.now() - start;
      return { reading };
    });
    return Object.fromEntries(outputs.map(([name, value], i) => [name, unpacked(values[i]!, value)]));
  }

  async profile(feeds: Feeds = {}): Promise<InstructionTime[]> {
    const given = this.copyOf(feeds);
    return this.device.inOrder(async () => {
      await this.record();
      this.upload(given);
      const times: InstructionTime[] = [];
      for (const [i, { instruction, calls }] of this.lowered.entries()) {
        for (const [j, command] of this.commands[i]!.entries()) {
          const start = performance.now();
          const encoder = this.device.encoder();
          encode(encoder, [command]);
          await this.device.submitAndRead(encoder, []);
          const part = partOf(calls, j);
          times.push({ instruction, part, milliseconds: performance.now() - start });
        }
      }
      return times;
    });
  }

  dispose(): void {
    const giveBack = async () => {
      this.commands = [];
      this.parameters?.destroy();
      this.device.release(this);
    };
    // Once the device has failed, it has nothing to give back.
    this.device.inOrder(giveBack).catch(() => {});
  }

  /** The feeds as they are now: the run may come later. */
  private copyOf(feeds: Feeds): (readonly [Value, Data])[] {
    checkFeeds(this.program, feeds);
    return this.program.inputs.map((value) => [value, packed(feeds[value.name]!, value)]);
  }

  private upload(given: readonly (readonly [Value, Data])[]): void {
    for (const [value, data] of given) this.device.upload(this.rangeOf(placeOf(value)!).buffer, data);
  }

  /** Compiles the kernels and binds them to the memory, again when the arena has moved. */
  private async record(): Promise<void> {
    if (this.recordedAt === this.device.version) return;
    const start = performance.now();
    const calls = this.lowered.flatMap((own) => own.calls.filter((call): call is Dispatch => !isCopy(call)));
    const pipelines = await Promise.all(calls.map((call) => this.device.pipeline(call, this)));
    const bytes = this.buffers.reduce((total, [, size]) => total + size, 0);
    await this.device.allocate(bytes, () => {
      this.device.fitArena(this.buffers.map(([, size]) => size));
      for (const variable of this.program.variables) this.device.variable(variable);
    });
    const parameters = calls.map((call) => this.parametersOf(call));
    this.parameters ??= this.device.parameters(joined(parameters));
    const made = new Map(calls.map((call, i) => [call, this.bound(call, pipelines[i]!, i, parameters[i]!)]));
    this.commands = this.lowered.map((own) =>
      own.calls.map((call) => (isCopy(call) ? this.copying(call) : made.get(call)!)),
    );
    this.recordedAt = this.device.version;
    this.hostTime.record = performance.now() - start;
  }

  private bound(call: Dispatch, pipeline: GPUComputePipeline, i: number, { length }: Uint32Array): Command {
    const parameters = {
      buffer: this.parameters!,
      offset: i * PARAMETERS_ALIGNMENT,
      size: BYTES_OF_WORD * length,
    };
    const storage = storageOf(call).map(({ binding, place }) => ({ binding, ...this.rangeOf(place) }));
    const bindings = this.device.bind(call, parameters, storage);
    return { pipeline, bindings, groups: this.device.groupsOf(call, '').groups };
  }

  private copying({ from, to }: Copy): Command {
    return { from: this.rangeOf(from), to: this.rangeOf(to) };
  }

  /** As gpu.js's kernels want them: the threads along each axis, then the axes of each input, here always one. */
  private parametersOf(call: Dispatch): Uint32Array {
    const [x, y = 1, z = 1] = call.grid;
    const sizes = call.inputs.flatMap(({ shape }) => [sizeOf(shape), 1, 1, sizeOf(shape)]);
    return Uint32Array.of(x, y, z, this.device.groupsOf(call, '').width, ...sizes);
  }

  private rangeOf(place: BufferPlace): BufferRange {
    return { buffer: this.bufferOf(place.memory), bytes: wordsOf(place) };
  }

  private bufferOf(memory: BufferPlace['memory']): GPUBuffer {
    if (memory.kind === 'variable') return this.device.variable(memory.variable);
    if (memory.kind === 'constant') return this.device.constant(memory.value, this);
    const sizes = this.buffers.map(([, size]) => size);
    return this.device.fitArena(sizes)[this.buffers.findIndex(([offset]) => offset === memory.offset)]!;
  }

  /** Throws BackendError if a value is too large for the device, or a kernel has too many threads for it. */
  private checkLimits(): void {
    const { program, device } = this;
    for (const variable of program.variables) device.checkSize(bytesOf(variable), variable.name);
    for (const { instruction, calls } of this.lowered) {
      for (const call of calls) {
        if (isCopy(call)) continue;
        for (const place of [...call.inputs, ...call.outputs]) {
          device.checkSize(bytesOf(place), instruction.name);
        }
        device.groupsOf(call, instruction.name);
      }
    }
  }
}

/** A call with its kernel by hand, if it is to be used, and has no more groups along an axis than the device takes. */
function withShader(
  call: Dispatch,
  { byHand: use, matrices }: RecordingOptions,
  mostGroups: number,
): Dispatch {
  const { byHand } = call;
  const isWanted = byHand && (use === 'always' || (use === 'large' && byHand.isLarge));
  const shader = isWanted ? byHand.shader(matrices) : undefined;
  return shader?.groups.every((n) => n <= mostGroups) ? { ...call, shader } : call;
}

/** A kernel among those of an instruction, in words. */
function partOf(calls: readonly (Dispatch | Copy)[], j: number): string {
  const call = calls[j]!;
  const kind = isCopy(call) ? 'copy' : call.shader ? 'by hand' : 'gpu.js';
  return calls.length === 1 ? kind : `${j + 1} of ${calls.length}, ${kind}`;
}

/** All commands in as few passes as there are runs of kernels between copies. */
function encode(encoder: GPUCommandEncoder, commands: readonly Command[]): void {
  let pass: GPUComputePassEncoder | undefined;
  for (const command of commands) {
    if ('pipeline' in command) {
      pass ??= encoder.beginComputePass();
      pass.setPipeline(command.pipeline);
      pass.setBindGroup(0, command.bindings);
      pass.dispatchWorkgroups(...command.groups);
    } else {
      pass?.end();
      pass = undefined;
      const { from, to } = command;
      encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, from.bytes);
    }
  }
  pass?.end();
}

/** The parameters of all calls in one buffer, each at a multiple of the alignment. */
function joined(parameters: readonly Uint32Array[]): Uint32Array {
  const stride = PARAMETERS_ALIGNMENT / BYTES_OF_WORD;
  const all = new Uint32Array(Math.max(1, parameters.length) * stride);
  parameters.forEach((words, i) => {
    all.set(words, i * stride);
  });
  return all;
}
