import type { Executable } from '../backends/backend.ts';
import { formatType } from '../elementType.ts';
import { nameOf } from '../names.ts';
import { formatCall } from '../program/formatProgram.ts';
import type { Instruction, Program } from '../program/program.ts';
import { reachable } from '../program/sharing.ts';
import { constantOf } from '../program/simplifications.ts';
import { formatNumber, formatParams } from '../program/step.ts';
import { type Operation, type Params, Tensor } from '../tensor.ts';
import { groupOf } from './groups.ts';

/** What is to be drawn: formulas, with everything that they are made of, or a program. */
export type Drawable = Tensor | readonly Tensor[] | Program | Executable;

/** What a picture is to show beside the operations. */
export interface PictureOptions {
  /**
   * What is computed first, a tensor or the name of a program's output, such as the loss: it and what it is made of have
   * one colour, the rest another.
   */
  readonly forward?: Tensor | string | undefined;
  /** How formulas show variables: as boxes, which is usual, or by name where they are read, as programs do: clearer for a network */
  readonly variables?: 'boxes' | 'names' | undefined;
  /** Lines to add below a tensor, or below the value of a program that has this name */
  readonly notes?: ReadonlyMap<Tensor | string, string> | undefined;
}

/** An operation of a picture, or something that is given to it. */
export interface Node {
  readonly id: string;
  readonly isGiven: boolean;
  /** What its results are called, where they have names */
  readonly names: readonly string[];
  readonly lines: readonly string[];
  readonly inputs: readonly Node[];
}

/** A node with its place in the picture. */
export interface PlacedNode extends Node {
  readonly isForward: boolean;
  /** The state that it belongs to, as the names say */
  readonly group: number | undefined;
}

/** The nodes of a picture, each behind those that it reads. */
export function pictureOf(what: Drawable, options: PictureOptions): PlacedNode[] {
  const { forward, notes = new Map() } = options;
  const nodes = isProgram(what)
    ? nodesOfProgram(programOf(what), notes)
    : nodesOfTensors(listed(what), notes, options.variables === 'names');
  const first = forward === undefined ? undefined : nodeOf(forward, nodes, what);
  const isForward = first ? ancestors(first) : new Set(nodes.values());
  return groupOf([...new Set(nodes.values())], isForward);
}

/** An arrow of a picture, from what is read to what reads it. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Whether it leads out of what is computed first: what is read has to be kept until then */
  readonly isKept: boolean;
}

export function arrowsOf(nodes: readonly PlacedNode[]): Arrow[] {
  const first = new Set(nodes.filter(({ isForward }) => isForward).map(({ id }) => id));
  return nodes.flatMap(({ id, inputs, isForward }) =>
    inputs.map((input) => ({ from: input.id, to: id, isKept: !isForward && first.has(input.id) })),
  );
}

function isProgram(what: Drawable): what is Program | Executable {
  return 'instructions' in what || 'program' in what;
}

function programOf(what: Program | Executable): Program {
  return 'program' in what ? what.program : what;
}

function listed(what: Tensor | readonly Tensor[]): readonly Tensor[] {
  return what instanceof Tensor ? [what] : what;
}

type Nodes<Key> = Map<Key, Node>;

/** Throws Error if what is to be `forward` is not in the picture. */
function nodeOf(forward: Tensor | string, nodes: Nodes<Tensor | string>, what: Drawable): Node {
  const key =
    typeof forward === 'string' && isProgram(what) ? programOf(what).outputs[forward]?.name : forward;
  const found = key === undefined ? undefined : nodes.get(key);
  if (found) return found;
  throw new Error(`picture: ${forward} is not part of what is drawn`);
}

function ancestors(node: Node): Set<Node> {
  const seen = new Set([node]);
  // A set visits what is added while it is walked through.
  for (const { inputs } of seen) for (const input of inputs) seen.add(input);
  return seen;
}

function nodesOfTensors(
  tensors: readonly Tensor[],
  notes: PictureOptions['notes'],
  isNamed: boolean,
): Nodes<Tensor | string> {
  const nodes: Nodes<Tensor | string> = new Map();
  const isText = (tensor: Tensor) => isNumber(tensor) || (isNamed && tensor.origin.kind === 'variable');
  for (const tensor of reachable(tensors)) {
    if (nodes.has(tensor) || isText(tensor)) continue;
    const { origin } = tensor;
    const outputs = origin.kind === 'operation' ? origin.operation.outputs : [tensor];
    const node: Node = {
      id: `n${new Set(nodes.values()).size}`,
      isGiven: origin.kind !== 'operation',
      names: outputs.flatMap((output) => nameOf(output) ?? []),
      lines: [
        ...(origin.kind === 'operation' ? callOf(origin.operation, isText) : [origin.name]),
        outputs.map(formatType).join(', '),
        ...outputs.flatMap((output) => notes?.get(output)?.split('\n') ?? []),
      ],
      inputs: inputsOf(tensor, nodes),
    };
    for (const output of outputs) nodes.set(output, node);
  }
  return nodes;
}

function inputsOf({ origin }: Tensor, nodes: Nodes<Tensor | string>): Node[] {
  const inputs = origin.kind === 'operation' ? origin.operation.inputs : [];
  return [...new Set(inputs.flatMap((input) => nodes.get(input) ?? []))];
}

/** `a.weight`, `.bias`: what a name shares with the first of them that has a dot is left out, up to a dot. */
function shortened(names: readonly string[]): string[] {
  const first = names.find((name) => name.includes('.'));
  if (first === undefined) return [...names];
  const shared = [first, first.slice(0, first.lastIndexOf('.'))];
  return names.map((name) => {
    const known = shared.find((start) => name.startsWith(`${start}.`));
    return name === first || known === undefined ? name : name.slice(known.length);
  });
}

/** A number, or a variable's name */
function textOf(tensor: Tensor): string {
  return tensor.origin.kind === 'variable' ? tensor.origin.name : formatNumber(constantOf(tensor));
}

/** Scalar constants stand where they are used. */
function isNumber(tensor: Tensor): boolean {
  return constantOf(tensor) !== undefined && tensor.shape.length === 0;
}

/** `s^1 = mul(·, 2)`, and its parameters; a dot stands for what an arrow comes from, if not for all of them. */
function callOf(
  { primitive, inputs, params, outputs }: Operation,
  isText: (tensor: Tensor) => boolean,
): string[] {
  const names = outputs.flatMap((output) => nameOf(output) ?? []).join(', ');
  const given = shortened(inputs.map((x) => (isText(x) ? textOf(x) : '·')));
  const call = given.every((text) => text === '·')
    ? primitive.name
    : `${primitive.name}(${given.join(', ')})`;
  return broken(
    [names === '' ? call : `${names} = ${call}`, ...formatParams(told(params), primitive.usual)].join(' '),
  );
}

/** The parameters without those that the shapes tell, and without what is off. */
function told(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([key, value]) => key !== 'shape' && value !== false),
  );
}

function nodesOfProgram(program: Program, notes: PictureOptions['notes']): Nodes<Tensor | string> {
  const nodes: Nodes<Tensor | string> = new Map();
  const results = Map.groupBy(Object.entries(program.outputs), ([, value]) => value.name);
  let made = 0;
  // Variables, and inputs that many read, are told by name where they are read: an arrow to each user would hide all others.
  const readers = (name: string) =>
    program.instructions.filter(({ inputs }) => inputs.some((input) => input.name === name)).length;
  for (const value of program.inputs) {
    const { name } = value;
    if (readers(name) > MANY) continue;
    const lines = [name, formatType(value), ...(notes?.get(name)?.split('\n') ?? [])];
    nodes.set(name, { id: `n${made++}`, isGiven: true, names: [name], lines, inputs: [] });
  }
  for (const instruction of program.instructions) {
    const { inputs, outputs } = instruction;
    const node: Node = {
      id: `n${made++}`,
      isGiven: false,
      names: outputs.map(({ name }) => name),
      lines: [
        ...linesOf(instruction),
        ...outputs.flatMap(({ name }) => notes?.get(name)?.split('\n') ?? []),
        ...outputs.flatMap(({ name }) => (results.get(name) ?? []).map(([result]) => `output ${result}`)),
      ],
      inputs: [...new Set(inputs.flatMap(({ name }) => nodes.get(name) ?? []))],
    };
    for (const { name } of outputs) nodes.set(name, node);
  }
  return nodes;
}

/** `%1 = mul(x, w)`, or `new w = sub(w, %1)` of a variable; and the shapes, those that differ. */
function linesOf(instruction: Instruction): string[] {
  const call = formatCall({ ...instruction, params: told(instruction.params) });
  const results = shortened(
    instruction.outputs.map(({ name, storage }) =>
      storage.kind === 'variable' ? `new ${storage.variable.name}` : name,
    ),
  );
  const shapes = new Set(instruction.outputs.map(formatType));
  return [...broken(`${results.join(', ')} = ${call}`), [...shapes].join(', ')];
}

/** More readers than this are told where they read, and not by arrows. */
const MANY = 4;

/** Characters in a line of a formula, and its most lines. */
const WIDEST = 48;
const MOST = 3;

/** A formula in lines that are broken at spaces; of a long one the beginning. */
function broken(formula: string): string[] {
  const lines: string[] = [];
  for (const word of formula.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= WIDEST) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines.length > MOST ? [...lines.slice(0, MOST), '…'] : lines;
}
