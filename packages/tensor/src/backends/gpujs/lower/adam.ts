import { sizeOf } from '../../../shape.ts';
import { dispatch, type Lowerings } from './dispatch.ts';
import { range, X } from './source.ts';

export const adamLowerings: Lowerings<'adam'> = {
  adam([value, gradient, m, v, rate, step], [newValue, newM, newV], { beta1, beta2, epsilon }) {
    const n = sizeOf(value!.shape);
    const moment = (beta: number, g: string) => `return ${beta} * m[${X}] + ${1 - beta} * ${g};`;
    const body = [
      complement('mScale', beta1),
      complement('vScale', beta2),
      `const change = rate[0] * (m[${X}] / mScale) / (Math.sqrt(v[${X}] / vScale) + ${epsilon});`,
      `return value[${X}] - change;`,
    ].join('\n');
    return [
      dispatch({ m: m!, g: gradient! }, newM!, [n], moment(beta1, `g[${X}]`)),
      dispatch({ m: v!, g: gradient! }, newV!, [n], moment(beta2, `g[${X}] * g[${X}]`)),
      dispatch({ value: value!, m: newM!, v: newV!, rate: rate!, step: step! }, newValue!, [n], body),
    ];
  },
};

/** From here on 1 - e^t loses no digits. */
const SERIES_BELOW = 0.5;
/** Terms of the series: 0.5^9 / 9! is below a thousandth of float32's last bit. */
const TERMS = 9;

/**
 * Statements that set `name` to 1 - beta^step, as a power loses most digits of 1 - 0.999: with t = step ln beta it is
 * 1 - e^t, and near 0 the series -t (1 + t/2 (1 + t/3 (1 + …))).
 */
function complement(name: string, beta: number): string {
  if (beta === 0) return `const ${name} = 1.0;`;
  const t = `t${name}`;
  const series = range(TERMS - 1).reduceRight((inner, i) => `(1 + ${t} / ${i + 2} * ${inner})`, '1');
  return [
    `const ${t} = step[0] * (0 - ${-Math.log(beta)});`,
    `const ${name} = ${t} > ${-SERIES_BELOW} ? (0 - ${t}) * ${series} : 1 - Math.exp(${t});`,
  ].join('\n');
}
