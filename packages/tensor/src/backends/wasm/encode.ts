import { BYTES } from '../../elementType.ts';
import { ALIGNMENT } from '../../program/memoryPlan.ts';
import type { Program, Value } from '../../program/program.ts';
import type { Step } from '../../program/step.ts';
import { sizeOf } from '../../shape.ts';
import { ALONE, END } from './kernels/constants.ts';
import { KERNELS } from './kernelTable.ts';
import { bandsInLanes } from './lower/attention/bandsInLanes.ts';
import { type Place, roundUp, type Scratch, type Word } from './lower/call.ts';
import { lower } from './lower/index.ts';
import type { KernelMemory } from './memory.ts';

/** Scratch memory from `base` on, in bytes; counts how much has been handed out. */
class Pieces implements Scratch {
  readonly threads: number;
  /** Bytes */
  used = 0;
  private readonly base: number;

  constructor(base: number, threads: number) {
    this.base = base;
    this.threads = threads;
  }

  floats(count: number): number {
    const address = this.base + this.used;
    this.used += roundUp(BYTES.float32 * count, ALIGNMENT);
    return address;
  }
}

/** How many bytes of scratch memory a step's kernels need, in one piece. */
export function scratchOf(step: Step, threads: number): number[] {
  const scratch = new Pieces(0, threads);
  const nowhere = ({ shape }: { shape: readonly number[] }): Place => ({ shape, address: 0, inLanes: false });
  lower(step, step.inputs.map(nowhere), step.outputs.map(nowhere), scratch);
  return scratch.used === 0 ? [] : [scratch.used];
}

/** The value's address, with the arena at its present place. */
export function addressOf({ storage }: Value, memory: KernelMemory): number {
  if (storage.kind === 'variable') return memory.addressOf(storage.variable);
  return storage.kind === 'arena' ? memory.arena + storage.offset : 0;
}

/** The program, or some of its instructions, as the list of 32-bit words that kernels/index.ts walks through. */
export function encode(
  program: Program,
  memory: KernelMemory,
  threads: number,
  instructions = program.instructions,
): Int32Array {
  const inLanes = bandsInLanes(program);
  const place = (value: Value): Place => ({
    shape: value.shape,
    address: addressOf(value, memory),
    inLanes: inLanes.has(value.name),
  });
  const calls = instructions.flatMap((instruction) => {
    const {
      inputs,
      outputs,
      scratch: [piece],
    } = instruction;
    const scratch = new Pieces(memory.arena + (piece?.offset ?? 0), threads);
    const alone = isSmall([...inputs, ...outputs]);
    return lower(instruction, inputs.map(place), outputs.map(place), scratch).map((call) => ({
      call,
      alone: alone || call.isSmall,
    }));
  });
  const encoded = calls.flatMap(({ call: { kernel, words }, alone }) => [
    KERNELS.indexOf(kernel) + (alone ? ALONE : 0),
    words.length,
    ...words.map(encodeWord),
  ]);
  encoded.push(END);
  return Int32Array.from(encoded);
}

/** Where each call of an encoded program begins, and, last, where the program ends. */
export function callsIn(words: Int32Array): number[] {
  const calls = [0];
  // A call is its kernel, the number of its arguments, and those.
  while (words[calls.at(-1)!] !== END) calls.push(calls.at(-1)! + 2 + words[calls.at(-1)! + 1]!);
  return calls;
}

/** Instructions on fewer elements than this take less time than waiting for other threads does. */
const LEAST_SHARED = 8192;

function isSmall(values: readonly Value[]): boolean {
  return values.reduce((total, { shape }) => total + sizeOf(shape), 0) < LEAST_SHARED;
}

const bits = new DataView(new ArrayBuffer(4));

function encodeWord(word: Word): number {
  if (typeof word === 'number') return word | 0;
  bits.setFloat32(0, word.real);
  return bits.getInt32(0);
}
