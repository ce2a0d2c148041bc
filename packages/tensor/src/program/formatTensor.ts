import { formatType } from '../elementType.ts';
import { nameOf, takeName } from '../names.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { reachable } from './sharing.ts';
import { formatNumber, formatParams } from './step.ts';

/** A longer formula stands on a line of its own, and others mention it by its name. */
const WIDEST = 60;

/** Lines above the formula itself; of more, those next to it are shown. */
const MOST_LINES = 20;

/**
 * A tensor as text: its formula and its shape. Above it, one a line, stand the parts that are used more than once, that
 * have a name, or that are long; a part without a name is called `%0`, `%1`, …, and the second of one name `s#2`.
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
  private readonly taken = new Set<string>();
  private unnamed = 0;

  constructor(tensor: Tensor) {
    const tensors = reachable([tensor]);
    for (const t of tensors) if (t.origin.kind !== 'operation') this.call(t);
    const operations = new Set(
      tensors.flatMap(({ origin }) => (origin.kind === 'operation' ? [origin.operation] : [])),
    );
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
    for (const output of operation.outputs) this.call(output);
    const results = operation.outputs.map((output) => this.mention(output)).join(', ');
    const shapes = operation.outputs.map(formatType).join(', ');
    this.lines.push(`${results} = ${call}  ${shapes}`);
  }

  /** Lets others mention a tensor by its name, or by a number if it has none. */
  private call(tensor: Tensor): void {
    this.mentions.set(tensor, takeName(nameOf(tensor) ?? `%${this.unnamed++}`, this.taken));
  }

  private standsAlone(y: Tensor, call: string): boolean {
    const isUsedAgain = (this.uses.get(y) ?? 0) > 1 && !isNumber(y);
    const isLong = call.length > WIDEST && this.uses.has(y);
    return isUsedAgain || isLong || nameOf(y) !== undefined;
  }

  /** `conv2d(x, w, padding=[1,1])`; of a scalar constant, its number */
  private callOf({ primitive, inputs, params, outputs: [y] }: Operation): string {
    if (y && isNumber(y)) return formatNumber(params.value);
    const given = [...inputs.map((x) => this.mention(x)), ...formatParams(params, primitive.usual)];
    return `${primitive.name}(${given.join(', ')})`;
  }

  private mention(tensor: Tensor): string {
    return this.mentions.get(tensor) ?? '';
  }
}

/** Whether a tensor is a scalar constant. */
function isNumber({ origin, shape }: Tensor): boolean {
  return origin.kind === 'operation' && origin.operation.primitive.name === 'full' && shape.length === 0;
}
