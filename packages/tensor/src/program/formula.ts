import { formatType } from '../elementType.ts';
import { nameOf } from '../names.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { formatParam, formatParams } from './step.ts';

/** A longer formula stands on a line of its own, and others mention it by its name. */
const WIDEST = 60;

/** Lines above the formula itself; of more, those next to it are shown. */
const MOST_LINES = 20;

/**
 * A tensor as text: its formula and its shape. Above it, one a line, stand the parts that are used more than once, that
 * have a name, or that are long; a part without a name is called `%0`, `%1`, ….
 *
 *   %0 = exp(x)  [2, 3]
 *   add(mul(%0, w), %0)  [2, 3]
 *
 * Of a large graph the last parts are shown, 20 unless `lines` says how many.
 */
export function formatTensor(tensor: Tensor, { lines = MOST_LINES }: { lines?: number } = {}): string {
  const formula = new Formula(tensor);
  const shown = formula.lines.slice(Math.max(0, formula.lines.length - 1 - lines));
  const hidden = formula.lines.length - shown.length;
  return [...(hidden > 0 ? [`… ${hidden} lines before these`] : []), ...shown].join('\n');
}

class Formula {
  readonly lines: string[] = [];
  /** How others mention a tensor: by its name or by its formula. */
  private readonly mentions = new Map<Tensor, string>();
  private readonly uses = new Map<Tensor, number>();
  private unnamed = 0;

  constructor(tensor: Tensor) {
    const operations = operationsOf(tensor);
    for (const { inputs } of operations) for (const x of new Set(inputs)) this.count(x);
    for (const operation of operations) this.add(operation);
    // The last line is the tensor's own already if it has a name and the operation no other output.
    const isStated = this.lines.at(-1)?.startsWith(`${this.mention(tensor)} = `);
    if (!isStated) this.lines.push(`${this.mention(tensor)}  ${formatType(tensor)}`);
  }

  private count(x: Tensor): void {
    this.uses.set(x, 1 + (this.uses.get(x) ?? 0));
  }

  private add(operation: Operation): void {
    const call = this.callOf(operation);
    const [y, ...others] = operation.outputs;
    if (y && others.length === 0 && !this.standsAlone(y, call)) {
      this.mentions.set(y, call);
      return;
    }
    for (const output of operation.outputs) this.mentions.set(output, nameOf(output) ?? `%${this.unnamed++}`);
    const results = operation.outputs.map((output) => this.mention(output)).join(', ');
    const shapes = operation.outputs.map(formatType).join(', ');
    this.lines.push(`${results} = ${call}  ${shapes}`);
  }

  private standsAlone(y: Tensor, call: string): boolean {
    const isUsedAgain = (this.uses.get(y) ?? 0) > 1 && !isNumber(y);
    const isLong = call.length > WIDEST && this.uses.has(y);
    return isUsedAgain || isLong || nameOf(y) !== undefined;
  }

  /** `conv2d(x, w, padding=[1,1])`; of a scalar constant, its number */
  private callOf({ primitive, inputs, params, outputs: [y] }: Operation): string {
    if (y && isNumber(y)) return formatParam(params.value);
    const given = [...inputs.map((x) => this.mention(x)), ...formatParams(params, primitive.usual)];
    return `${primitive.name}(${given.join(', ')})`;
  }

  private mention(tensor: Tensor): string {
    return this.mentions.get(tensor) ?? nameOf(tensor) ?? '';
  }
}

/** Whether a tensor is a scalar constant. */
function isNumber({ origin, shape }: Tensor): boolean {
  return origin.kind === 'operation' && origin.operation.primitive.name === 'full' && shape.length === 0;
}

/** The operations that a tensor is made of, in order of creation. */
function operationsOf(tensor: Tensor): Set<Operation> {
  const seen = new Set([tensor]);
  // A set visits what is added while it is walked through.
  for (const { origin } of seen)
    if (origin.kind === 'operation') for (const x of origin.operation.inputs) seen.add(x);
  const ordered = [...seen].sort((a, b) => a.id - b.id);
  return new Set(ordered.flatMap(({ origin }) => (origin.kind === 'operation' ? [origin.operation] : [])));
}
