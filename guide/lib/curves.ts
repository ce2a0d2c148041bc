/** Size of the picture, in characters. */
const ROWS = 12;
const COLUMNS = 60;

/**
 * Curves as a picture of characters, on a logarithmic scale: of each series the first letter of its name, from its first
 * value on the left to its last on the right; what is no finite positive number is left out. Where curves meet stands the last's letter.
 */
export function curves(series: Readonly<Record<string, readonly number[]>>): string {
  const isShown = (value: number) => Number.isFinite(value) && value > 0;
  const logs = Object.values(series).flatMap((values) => values.filter(isShown).map(Math.log10));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const grid = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '));
  for (const [name, values] of Object.entries(series)) {
    for (let column = 0; column < COLUMNS; column++) {
      const value = values[Math.round((column / (COLUMNS - 1)) * (values.length - 1))]!;
      if (!isShown(value)) continue;
      const row = Math.round(((high - Math.log10(value)) / (high - low || 1)) * (ROWS - 1));
      grid[row]![column] = name[0]!;
    }
  }
  const label = (row: number) => {
    const isEnd = row === 0 || row === ROWS - 1;
    return (isEnd ? (10 ** (row === 0 ? high : low)).toExponential(0) : '').padStart(7);
  };
  const rows = grid.map((line, row) => `${label(row)} |${line.join('').trimEnd()}`);
  const names = Object.keys(series).map((name) => `${name[0]} ${name}`);
  return [
    ...rows,
    `${' '.repeat(7)} +${'-'.repeat(COLUMNS)}`,
    ...names.map((name) => `${' '.repeat(9)}${name}`),
  ].join('\n');
}
