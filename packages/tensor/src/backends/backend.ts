import type { Data } from '../elementType.ts';
import type { Graph, Instruction, Outputs, Program } from '../program/program.ts';
import { formatShape, sizeOf } from '../shape.ts';
import type { Variable } from '../tensor.ts';

/** Values for a program's inputs, by name. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/** The elements of a program's outputs, under their names. */
export type Results<O extends Outputs = Outputs> = { readonly [Name in keyof O]: Data };

/** What a run may be given beside its inputs. */
export interface RunOptions {
  /**
   * Called between the kernels of a run, with the share of them that is done, up to 1; a backend that hands a run over as a
   * whole does not call it. What it throws ends the run, which rejects with it. What the kernels until then have done is not
   * taken back: the variables that the program updates may hold their old values, the new ones, or some elements of each, and
   * must be written before they are used.
   */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** A program in the form that one backend runs. */
export interface Executable<O extends Outputs = Outputs> {
  readonly program: Program;
  /**
   * Runs the program once: computes the outputs, then the variables hold their new values.
   *
   * Runs of one backend that overlap give what one after the other gives, and so do reads and writes meanwhile; a long
   * run lets the event loop turn. Rejects if an input is missing, unknown, or has the wrong number of elements, and with
   * BackendError after `dispose`.
   */
  run(feeds?: Feeds, options?: RunOptions): Promise<Results<O>>;
  /** Runs the program once, one instruction after the other, and times each, or each of their kernels; not every backend can. */
  profile?(feeds?: Feeds): Promise<InstructionTime[]>;
  /** Of a backend that records: milliseconds that the host spent on the recording, and on its last replay. */
  readonly hostTime?: { readonly record: number; readonly replay: number };
  /**
   * Gives back what the program has to itself, when the runs that were asked for before are done: kernels, constants,
   * buffers. Variables are the backend's: they keep their values for as long as something refers to them.
   */
  dispose(): void;
}

/** What one instruction of a program took, or a part of it. */
export interface InstructionTime {
  readonly instruction: Instruction;
  /** Which of its kernels, in words, where each is timed by itself */
  readonly part?: string;
  readonly milliseconds: number;
}

/** Something that runs programs and keeps the values of variables between runs. */
export interface Backend {
  /** `reference (float64)`, `wasm (2 threads)`: for messages and results files. */
  readonly description: string;
  /** Whether a run takes this thread's time only until it is handed over: the next one may be then, while this one is computed */
  readonly computesElsewhere?: boolean;
  /** Bytes of the largest value that it can hold, where something other than memory limits it */
  readonly largestValue?: number;
  /**
   * A program that computes the outputs and then the updates.
   *
   * Throws ShapeError if an update has another shape or dtype than its variable, if two inputs have one name, if an output is the
   * old value of a variable that the program changes, or if a primitive's expressions are none that backends compute, such as
   * one that sums more terms than a kernel can count. Throws BackendError for a dtype that the backend does not have, a
   * primitive of one's own for which it has no kernel, a value that is too large for its device, and after `dispose`.
   */
  compile<const O extends Outputs>(graph: Graph<O>): Executable<O>;
  /** A copy of a variable's value: its initial one if no program has changed it yet. */
  read(variable: Variable): Promise<Data>;
  /**
   * Replaces a variable's value; throws if the number of elements differs, and BackendError for a dtype that the backend does
   * not have.
   */
  write(variable: Variable, value: ArrayLike<number>): void;
  /**
   * Gives threads and memory back, when what was asked for before is done; from now on the backend and its programs fail
   * at once, with BackendError.
   */
  dispose(): Promise<void>;
}

/** Throws unless the feeds are exactly the program's inputs, each with the right number of elements. */
export function checkFeeds(program: Program, feeds: Feeds): void {
  const known = program.inputs.map((value) => value.name);
  for (const name of Object.keys(feeds)) {
    if (known.includes(name)) continue;
    const those = known.length > 0 ? `the inputs are ${known.join(', ')}` : 'the program has none';
    throw new Error(`run: no input is named ${name}; ${those}`);
  }
  for (const { name, shape } of program.inputs) {
    const wanted = sizeOf(shape);
    const given = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
    if (isList(given) && given.length === wanted) continue;
    throw new Error(
      `run: input ${name} ${formatShape(shape)} needs ${wanted} numbers, was given ${describeFeed(given)}`,
    );
  }
}

/** What was given for an input or a variable: how many numbers, or what is no list of them, as programs without types can give it. */
function describeFeed(given: unknown): string {
  if (given === undefined) return 'none';
  if (isList(given)) return `${given.length}`;
  return typeof given === 'string' ? `the text '${given}'` : `${given}: put it in a list`;
}

/** Whether this is a list, as an array is: a text has a length, too, and is none. */
function isList(given: unknown): given is ArrayLike<number> {
  return typeof given === 'object' && given !== null && 'length' in given;
}

/** Throws unless a value for a variable is a list with the right number of elements. */
export function checkValue(variable: Variable, value: ArrayLike<number>): void {
  const { name, shape, initial } = variable;
  if (isList(value) && value.length === initial.length) return;
  throw new Error(
    `write: ${name} ${formatShape(shape)} holds ${initial.length} numbers, was given ${describeFeed(value)}`,
  );
}
