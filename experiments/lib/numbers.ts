/** A number with its sign, and a minus as wide as a plus: `+0.19`, `−0.20`; of one that is rounded to zero, too: `−0.00`. */
export function signed(value: number, digits = 2): string {
  if (Number.isNaN(value)) return 'NaN';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** `0.04`, `0.003`, `< 0.001`; empty where there is none. */
export function probability(p: number | null | undefined): string {
  if (p == null) return '';
  if (p < 0.001) return '< 0.001';
  return p.toFixed(p < 0.01 ? 3 : 2);
}

/** `1 run`, `2 runs`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
