import {
  type Data,
  type Feeds,
  formatNumber,
  full,
  nameOf,
  type Operation,
  type Tensor,
  takeName,
} from '@nlrn/tensor';
import { evaluate } from './evaluate.ts';
import { formatData } from './formatData.ts';
import { ancestors, checkScalar, type Visit, vjp } from './grad.ts';

/** A cotangent that a rule sent back to an input of its operation. */
export interface Sent {
  readonly to: Tensor;
  readonly name: string;
  /** Null where the outputs do not depend smoothly on the input */
  readonly cotangent: Data | null;
  /** The sum of all that this input has been sent so far; undefined if nothing */
  readonly sum: Data | undefined;
}

/** One step of a backward pass: an operation is visited, and its rule sends cotangents to its inputs. */
export interface TraceStep {
  readonly operation: Operation;
  /** Whose rule fires: the primitive's name */
  readonly rule: string;
  /** `y = mul(%0, x)`: the operation as text */
  readonly formula: string;
  /** The cotangents of the outputs, complete; null of an output that the loss does not depend on */
  readonly received: readonly (Data | null)[];
  readonly sent: readonly Sent[];
}

/**
 * The backward pass of `grad(loss, wrt)`, step by step, with values in float64: which operation is visited, whose rule fires,
 * what it has received and what it sends where. `feeds` are the inputs' values; variables have their initial ones.
 *
 *   for (const { formula, sent } of await trace(loss, [w], { x: [1, 2] })) …
 *   console.log(formatTrace(await trace(loss, [w], { x: [1, 2] })))
 *
 * Throws as `grad` and `run` do.
 */
export async function trace(loss: Tensor, wrt: readonly Tensor[], feeds: Feeds = {}): Promise<TraceStep[]> {
  checkScalar('trace', loss);
  const visits: Visit[] = [];
  vjp([loss], [full([], 1)], wrt, (visit) => visits.push(visit));
  const cotangents = visits.flatMap(({ received, sent }) => [
    ...received,
    ...sent.flatMap(({ g, sum }) => [g, sum]),
  ]);
  const values = await evaluate([loss, ...cotangents.filter((g) => g != null)], feeds);
  const names = namesFor(loss);
  return visits.map(({ operation, received, sent }) => ({
    operation,
    rule: operation.primitive.name,
    formula: formulaOf(operation, names),
    received: received.map((g) => (g ? values.get(g)! : null)),
    sent: sent.map(({ to, g, sum }) => ({
      to,
      name: names.get(to)!,
      cotangent: g && values.get(g)!,
      sum: sum && values.get(sum),
    })),
  }));
}

/** Names for a loss and all that it is made of: their own, the second one `s#2`, the number of a scalar constant, or `%0`, `%1`, …. */
function namesFor(loss: Tensor): Map<Tensor, string> {
  const taken = new Set<string>();
  let unnamed = 0;
  const numberOf = ({ origin, shape }: Tensor) =>
    origin.kind === 'operation' && origin.operation.primitive.name === 'full' && shape.length === 0
      ? formatNumber(origin.operation.params.value)
      : undefined;
  const own = (t: Tensor) => {
    const name = nameOf(t);
    return name === undefined ? undefined : takeName(name, taken);
  };
  const operations = ancestors([loss]).flatMap(({ origin }) =>
    origin.kind === 'operation' ? origin.operation.outputs : [],
  );
  const all = new Set([...operations, ...ancestors([loss])]);
  const given = new Map([...all].map((t) => [t, own(t) ?? numberOf(t)]));
  return new Map([...given].map(([t, name]) => [t, name ?? takeName(`%${unnamed++}`, taken)]));
}

function formulaOf({ primitive, inputs, outputs }: Operation, names: ReadonlyMap<Tensor, string>): string {
  const listed = (tensors: readonly Tensor[]) => tensors.map((t) => names.get(t)).join(', ');
  return `${listed(outputs)} = ${primitive.name}(${listed(inputs)})`;
}

/**
 * A backward pass as a table: a line for each cotangent that is sent.
 *
 *   visits            with   sends  to  which has
 *   y = mul(%0, x)    1      3      %0  3
 *                            5      x   5
 *   %0 = add(x, 2)    3      3      x   8
 *
 * `with` is the cotangent of what the operation has computed, `which has` the sum that the receiver has come to.
 */
export function formatTrace(steps: readonly TraceStep[]): string {
  const rows = steps.flatMap(({ formula, operation: { outputs }, received, sent }) => {
    const cotangents = received.map((g, i) => (g ? formatData(g, outputs[i]!.shape.length) : '-'));
    const text = (data: Data | null | undefined, { shape }: Tensor) =>
      data ? formatData(data, shape.length) : 'nothing';
    return sent.map(({ to, name, cotangent, sum }, i) => [
      ...(i === 0 ? [formula, cotangents.join(' and ')] : ['', '']),
      text(cotangent, to),
      name,
      text(sum, to),
    ]);
  });
  return table([['visits', 'with', 'sends', 'to', 'which has'], ...rows]);
}

/** Rows of equally many cells, each column as wide as its widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
