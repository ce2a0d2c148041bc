import type { ForEachBase, Formula } from '../../../expressions/formula.ts';
import { range } from './source.ts';

/** Near 0 exp(x) - 1 loses digits: up to here it is its series, 0.5^9 / 9! being below a thousandth of float32's last bit. */
const SERIES_BELOW = 0.5;
const TERMS = 9;

const exp = (x: string) => `(${x} > 0 ? Math.exp(${x}) : (0 >= ${x} ? Math.exp(${x}) : ${x} + ${x}))`;
const series = (x: string) =>
  range(TERMS - 1).reduceRight((inner, i) => `(1 + ${x} / ${i + 2} * ${inner})`, '1');

/** NaN of two numbers of which one is: neither plus 0 is it, of which drivers make their own maximum, which would hide it. */
const notANumber = (p: string, q: string) => `${p} + ${p} + ${q} + ${q}`;

/** 1 where q is odd, 0 where it is even, between them where it is not whole. */
const parity = (q: string) => `(${q} - 2 * Math.floor(${q} / 2))`;

/**
 * The base functions as text, of names or numbers. Comparisons hand NaN on, as `reference` does; of WGSL's own functions,
 * maximum and minimum among them, some do not.
 */
const texts: ForEachBase<
  (x: string) => string,
  (p: string, q: string) => string,
  (c: string, p: string, q: string) => string
> = {
  neg: (x) => `-${x}`,
  abs: (x) => `Math.abs(${x})`,
  exp,
  expm1: (x) => `Math.abs(${x}) < ${SERIES_BELOW} ? ${x} * ${series(x)} : ${exp(x)} - 1`,
  // Of zero and of negative numbers, too, WGSL leaves open what a logarithm is.
  log: (x) =>
    `${x} > 0 ? Math.log(${x}) : (0 > ${x} ? Math.sqrt(${x}) : (${x} >= 0 ? 0 - 1 / (${x} * ${x}) : ${x} + ${x}))`,
  sqrt: (x) => `Math.sqrt(${x})`,
  add: (p, q) => `${p} + ${q}`,
  sub: (p, q) => `${p} - ${q}`,
  mul: (p, q) => `${p} * ${q}`,
  div: (p, q) => `${p} / ${q}`,
  maximum: (p, q) => `${p} > ${q} ? ${p} : (${q} >= ${p} ? ${q} : ${notANumber(p, q)})`,
  minimum: (p, q) => `${p} < ${q} ? ${p} : (${q} <= ${p} ? ${q} : ${notANumber(p, q)})`,
  greater: (p, q) => `${p} > ${q} ? 1 : 0`,
  // Of a negative number WGSL knows no power.
  pow: (p, q) =>
    `0 > ${p} ? (${parity(q)} > 0 ? (${parity(q)} < 1 ? Math.sqrt(${p}) : 0 - Math.pow(0 - ${p}, ${q})) : Math.pow(0 - ${p}, ${q})) : Math.pow(${p}, ${q})`,
  select: (c, p, q) => `${c} === 0 ? ${q} : ${p}`,
};

/** The larger of two, as text. */
export const maximum = texts.maximum;

/** How a kernel finds what a formula reads: texts. */
export interface Elements {
  /** Of an element, and of whether there is one, if that is not certain. */
  read(read: Extract<Formula, { kind: 'read' }>): { readonly element: string; readonly test?: string };
  /** Of a number that kernel sources cannot say. */
  constant(value: number): string;
  readonly total?: string;
  /** With what the names of locals begin */
  readonly prefix: string;
}

/** Formulas as statements, one for each of their parts, and the texts of their values: names or numbers. */
export function statementsOf<const Formulas extends readonly Formula[]>(
  formulas: Formulas,
  elements: Elements,
): { lines: string[]; values: { readonly [I in keyof Formulas]: string } } {
  const lines: string[] = [];
  const known = new Map<Formula, string>();
  let names = 0;
  const local = (text: string): string => {
    const name = `${elements.prefix}${names++}`;
    lines.push(`const ${name} = ${text};`);
    return name;
  };
  const make = (part: Formula): string => {
    if (part.kind === 'total') return elements.total!;
    if (part.kind === 'constant') return literal(part.value) ?? elements.constant(part.value);
    if (part.kind === 'call') {
      const args = part.args.map(textOf);
      // Two whole numbers would be divided as such.
      const named = isAllConstant(part) ? args.map(local) : args;
      return local((texts[part.name] as (...args: string[]) => string)(...named));
    }
    const { element, test } = elements.read(part);
    if (!test) return local(element);
    const outside = textOf(part.outside!);
    const name = `${elements.prefix}${names++}`;
    lines.push(`let ${name} = ${outside};`, `if (${test}) {`, `${name} = ${element};`, '}');
    return name;
  };
  const textOf = (part: Formula): string => {
    const text = known.get(part) ?? make(part);
    known.set(part, text);
    return text;
  };
  const values = formulas.map(textOf) as { readonly [I in keyof Formulas]: string };
  return { lines, values };
}

function isAllConstant({ args }: Extract<Formula, { kind: 'call' }>): boolean {
  return args.every(({ kind }) => kind === 'constant');
}

/** A number as kernel sources can say it: no infinity, no NaN, no -0, nothing that float32 has not. */
function literal(value: number): string | undefined {
  const size = Math.abs(value);
  const canSay = Object.is(value, 0) || (size >= 1e-30 && size < (Number.isInteger(value) ? 2 ** 24 : 1e20));
  if (!canSay) return undefined;
  return value < 0 ? `(0 - ${size})` : `${value}`;
}
