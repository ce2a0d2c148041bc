/** With so many digits; empty where there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  return value?.toFixed(digits) ?? '';
}

/** Rows as CSV: what each column, by its name, says of a row. */
export function csvOf<R>(
  columns: Readonly<Record<string, (row: R) => string | number>>,
  rows: readonly R[],
): string {
  const lines = rows.map((row) => Object.values(columns).map((of) => of(row)));
  return `${[Object.keys(columns), ...lines].map((line) => line.map(cell).join(',')).join('\n')}\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
