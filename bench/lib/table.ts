import type { ContestantName } from './contestants.ts';
import type { Ratio, Row, Summary } from './row.ts';

/** A column of the printed table. */
interface Column {
  readonly title: string;
  readonly width: number;
  cell(row: Row): string;
}

const MEGABYTE = 2 ** 20;

/** The columns for these numbers of threads; those of peers only if they take part. */
export function columnsFor(threads: readonly number[], peers: readonly ContestantName[]): Column[] {
  const most = Math.max(...threads);
  const each = (column: (n: number) => Column[]) => threads.flatMap(column);
  return [
    { title: 'workload', width: -26, cell: ({ name }) => name },
    { title: '', width: -7, cell: ({ unit }) => unit },
    ...each((n) => [rate(`ours ${n}`, 'ours', n)]),
    ...(peers.includes('tfjs')
      ? [rate('tfjs 1', 'tfjs', 1), ...each((n) => [ratio(`${n}/tfjs`, n, 'tfjs', 1)])]
      : []),
    ...(['torch', 'onnx'] as const)
      .filter((peer) => peers.includes(peer))
      .flatMap((peer) => each((n) => [rate(`${peer} ${n}`, peer, n), ratio(`${n}/${peer}`, n, peer, n)])),
    ...each((n) => [rate(`roof ${n}`, 'roof', n), percent(`%roof ${n}`, n)]),
    number(`ms ${most}`, 9, (row) => find(row, 'ours', most)?.milliseconds, precise),
    megabytes('plan MB', (row) => find(row, 'ours', most)?.plannedBytes),
    megabytes('peak MB', (row) => find(row, 'ours', most)?.peakBytes),
    ...(peers.includes('torch') ? [megabytes('torch MB', (row) => find(row, 'torch', most)?.peakBytes)] : []),
  ];
}

export function formatHeader(columns: readonly Column[]): string {
  return line(columns, ({ title }) => title);
}

export function formatRow(columns: readonly Column[], row: Row): string {
  return line(columns, (column) => column.cell(row));
}

/** What each row is, and why some of its cells are empty. */
export function formatLegend(rows: readonly Row[]): string {
  return rows.flatMap((row) => [`${row.name}: ${row.describe}`, ...notesOf(row)]).join('\n');
}

/** One line for all numbers of threads that have the same note. */
function notesOf({ contestants }: Row): string[] {
  const noted = contestants.filter(({ note }) => note !== undefined);
  const groups = Map.groupBy(noted, ({ name, note }) => `${name} ${note}`);
  return [...groups.values()].map(
    (group) => `  ${group[0]!.name} ${group.map(({ threads }) => threads).join(', ')}: ${group[0]!.note}`,
  );
}

function line(columns: readonly Column[], text: (column: Column) => string): string {
  const cells = columns.map((column) =>
    column.width < 0 ? text(column).padEnd(-column.width) : text(column).padStart(column.width),
  );
  return cells.join(' ').trimEnd();
}

function number(
  title: string,
  width: number,
  value: (row: Row) => number | undefined,
  format: (n: number) => string,
): Column {
  const cell = (row: Row) => {
    const n = value(row);
    return n === undefined ? '-' : format(n);
  };
  return { title, width, cell };
}

const precise = (n: number) => (n < 10 ? n.toFixed(2) : n.toFixed(n < 100 ? 1 : 0));

function rate(title: string, name: ContestantName, threads: number): Column {
  return number(
    title,
    8,
    (row) => find(row, name, threads)?.rate,
    (n) => n.toFixed(1),
  );
}

function ratio(title: string, threads: number, name: ContestantName, againstThreads: number): Column {
  const value = ({ ratios }: Row) => findRatio(ratios, threads, name, againstThreads);
  return number(title, 8, value, (n) => `${n.toFixed(2)}x`);
}

function percent(title: string, threads: number): Column {
  const value = ({ ratios }: Row) => findRatio(ratios, threads, 'roof', threads);
  return number(title, 8, value, (n) => `${(100 * n).toFixed(0)}%`);
}

function megabytes(title: string, value: (row: Row) => number | undefined): Column {
  return number(title, 9, value, (n) => (n / MEGABYTE).toFixed(n < 10 * MEGABYTE ? 1 : 0));
}

function find({ contestants }: Row, name: ContestantName, threads: number): Summary | undefined {
  return contestants.find((summary) => summary.name === name && summary.threads === threads);
}

function findRatio(
  ratios: readonly Ratio[],
  threads: number,
  name: ContestantName,
  againstThreads: number,
): number | undefined {
  return ratios.find(
    (ratio) => ratio.threads === threads && ratio.against === name && ratio.againstThreads === againstThreads,
  )?.ratio;
}
