const GAP = '  ';

/** A column as text: its cells, the heading on top. */
export interface TextColumn {
  readonly cells: readonly string[];
  /** On narrow terminals the columns of the lowest ranks come first */
  readonly rank: number;
  /** Words begin at the left, numbers end at the right */
  readonly isText?: boolean | undefined;
}

/** The same, of one width */
interface Filled extends TextColumn {
  readonly width: number;
}

/**
 * Columns side by side, the first of them the names of the lines. Those for which a width has no room follow in tables below,
 * the names again beside them; a line in which a table has nothing is left out of it.
 */
export function inColumns(columns: readonly TextColumn[], width = Number.POSITIVE_INFINITY): string {
  const [labels, ...others] = columns.map(filled);
  const tables = blocksOf(others, width - labels!.width).map((block) => linesOf([labels!, ...block]));
  return tables.map((lines) => lines.join('\n')).join('\n\n');
}

function filled(column: TextColumn): Filled {
  const width = Math.max(...column.cells.map(({ length }) => length));
  const pad = (cell: string) => (column.isText ? cell.padEnd(width) : cell.padStart(width));
  return { ...column, cells: column.cells.map(pad), width };
}

/** The columns in blocks of at most a width, gaps before them and all, those of the lowest ranks first; at least one in each. */
function blocksOf(columns: readonly Filled[], width: number): Filled[][] {
  if (columns.length === 0) return [];
  let left = width;
  const byRank = [...columns].sort((a, b) => a.rank - b.rank);
  const misfit = byRank.findIndex((column, i) => {
    left -= GAP.length + column.width;
    return i > 0 && left < 0;
  });
  const block = misfit < 0 ? byRank : byRank.slice(0, misfit);
  const others = columns.filter((column) => !block.includes(column));
  return [columns.filter((column) => block.includes(column)), ...blocksOf(others, width)];
}

/** The lines of columns; but for the heading, those in which they have something. */
function linesOf([labels, ...columns]: readonly Filled[]): string[] {
  return labels!.cells.flatMap((label, line) => {
    const cells = columns.map(({ cells }) => cells[line]!);
    if (line > 0 && cells.every((cell) => cell.trim() === '')) return [];
    return [[label, ...cells].join(GAP).trimEnd()];
  });
}
