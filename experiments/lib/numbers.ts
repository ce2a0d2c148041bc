/** A number with its sign, and a minus as wide as a plus: `+0.19`, `−0.20`. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) > 0 ? '−' : '+'}${text}`;
}

/** `1 run`, `2 runs`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
