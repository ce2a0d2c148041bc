import * as autograd from '@nlrn/autograd';
import * as tensor from '@nlrn/tensor';
import { withBackend } from './backend.ts';

const { formatProgram, formatShape, formatTensor, pictureOf, Random, Tensor } = tensor;

/** A box of a drawing, and the boxes from which arrows lead to it. */
export interface Box {
  readonly id: string;
  readonly lines: readonly string[];
  readonly inputs: readonly string[];
  readonly isGiven: boolean;
  readonly isForward: boolean;
}

/** The elements of a tensor, by its name. */
export interface Value {
  readonly name: string;
  readonly shape: string;
  readonly data: readonly number[];
}

/** A moment of the backward pass: what has happened, and the graph with the cotangents that there are by then. */
export interface Moment {
  readonly words: string;
  readonly graph: readonly Box[];
}

/** A formula in all its forms. */
export interface Taught {
  readonly formula: string;
  readonly graph: readonly Box[];
  /** The graph with the gradients, where the formula is one number made of variables */
  readonly gradientGraph: readonly Box[] | undefined;
  /** The backward pass step by step; none where there are no gradients, or too many steps to watch */
  readonly moments: readonly Moment[];
  readonly program: string;
  readonly values: readonly Value[];
}

/** Numbers of a variable or an input, at most: each has its value in the page, too. */
const MOST_NUMBERS = 2 ** 24;

/** Makes a tensor that is given values. Throws RangeError, with the name and the remedy, for more than the page can hold. */
function given<Rest extends unknown[], T>(make: (name: string, shape: tensor.Shape, ...rest: Rest) => T) {
  return (name: string, shape: tensor.Shape, ...rest: Rest): T => {
    // What is no shape is told by the tensor.
    const size = Array.isArray(shape) ? tensor.sizeOf(shape) : 0;
    if (size > MOST_NUMBERS)
      throw new RangeError(
        `${name} ${formatShape(shape)} has ${size} numbers, more than the ${MOST_NUMBERS} that this page can hold: make it smaller`,
      );
    return make(name, shape, ...rest);
  };
}

/** The names that a formula may use: all that the two packages export. */
const SCOPE: Readonly<Record<string, unknown>> = {
  ...tensor,
  ...autograd,
  input: given(tensor.input),
  variable: given(tensor.variable),
};

/** Most steps of a backward pass that is shown, and numbers of a cotangent. */
const MOST_MOMENTS = 40;
const NUMBERS = 3;

/** Seed of the values that inputs are given. */
const SEED = 1;

/**
 * Runs the text of a formula, which returns a tensor, and what the engine makes of it: its graph, that of its gradients, the
 * program of both, and values. Inputs are given normal numbers, the same each time.
 *
 * Throws what the text throws, and TypeError if it returns something else, or has two variables of one name.
 */
export async function teach({ text }: { text: string }): Promise<Taught> {
  const result = evaluated(text);
  const variables = variablesOf(result);
  const hasGradients = result.shape.length === 0 && variables.length > 0;
  const gradients = hasGradients ? autograd.grad(result, variables) : [];
  const named = variables.map(({ name }, i) => [`gradient of ${name}`, gradients[i]!] as const);
  const outputs: Record<string, tensor.Tensor> = { result, ...(hasGradients && Object.fromEntries(named)) };
  return withBackend(async (backend) => {
    const program = backend.compile({ outputs });
    const feeds = feedsOf(program.program);
    const results = await program.run(feeds).finally(() => program.dispose());
    return {
      formula: formatTensor(result),
      graph: boxesOf([result], result),
      gradientGraph: hasGradients ? boxesOf([result, ...gradients], result) : undefined,
      moments: hasGradients ? momentsOf(await autograd.trace(result, variables, feeds), result) : [],
      program: formatProgram(program.program),
      values: [
        ...program.program.inputs.map(({ name, shape }) => asValue(name, shape, feeds[name]!)),
        ...variables.map(({ name, shape, initial }) => asValue(name, shape, initial)),
        ...Object.entries(outputs).map(([name, { shape }]) => asValue(name, shape, results[name]!)),
      ],
    };
  });
}

function evaluated(text: string): tensor.Tensor {
  const result: unknown = new Function(...Object.keys(SCOPE), `'use strict';\n${text}`)(
    ...Object.values(SCOPE),
  );
  if (result instanceof Tensor) return result;
  throw new TypeError('the formula must end with "return" and a tensor');
}

/** Throws TypeError, with the remedy, for two of one name: by it their gradients are told apart. */
function variablesOf(result: tensor.Tensor): readonly tensor.Variable[] {
  const { variables } = tensor.referenceBackend().compile({ outputs: { result } }).program;
  const names = variables.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new TypeError(`two variables are named ${twice}: rename one`);
  return variables;
}

function feedsOf({ inputs }: tensor.Program): Record<string, number[]> {
  const random = new Random(SEED);
  return Object.fromEntries(
    inputs.map(({ name, shape }) => [
      name,
      Array.from({ length: tensor.sizeOf(shape) }, () => random.normal()),
    ]),
  );
}

function momentsOf(steps: readonly autograd.TraceStep[], loss: tensor.Tensor): Moment[] {
  if (steps.length > MOST_MOMENTS) return [];
  const cotangents = new Map<tensor.Tensor, tensor.Data>([[loss, new Float64Array([1])]]);
  const all = new Set([loss, ...steps.flatMap(({ sent }) => sent.map(({ to }) => to))]);
  const drawn = () => {
    const notes = [...all].map(
      (t) => [t, `∂ ${cotangents.has(t) ? briefly(cotangents.get(t)!) : '?'}`] as const,
    );
    return boxesOf([loss], loss, new Map(notes));
  };
  const start = { words: 'the result has the cotangent 1', graph: drawn() };
  const rest = steps.map(({ formula, sent }) => {
    for (const { to, sum } of sent) if (sum) cotangents.set(to, sum);
    const words = sent.map(
      ({ name, cotangent }) => `${cotangent ? briefly(cotangent) : 'nothing'} to ${name}`,
    );
    return { words: `${formula} sends ${words.join(' and ')}`, graph: drawn() };
  });
  return [start, ...rest];
}

/** The first numbers of a cotangent. */
function briefly(data: tensor.Data): string {
  const numbers = Array.from(data.slice(0, NUMBERS), (value) => String(Number(value.toPrecision(3))));
  return data.length > NUMBERS ? `${numbers.join(' ')} …` : numbers.join(' ');
}

function boxesOf(
  tensors: readonly tensor.Tensor[],
  forward: tensor.Tensor,
  notes: ReadonlyMap<tensor.Tensor, string> = new Map(),
): Box[] {
  return pictureOf(tensors, { forward, notes }).map(({ id, lines, inputs, isGiven, isForward }) => {
    return { id, lines, inputs: inputs.map((input) => input.id), isGiven, isForward };
  });
}

function asValue(name: string, shape: tensor.Shape, data: ArrayLike<number>): Value {
  return { name, shape: formatShape(shape), data: Array.from(data) };
}
