import type { Data } from '@nlrn/tensor';

/** Elements that are shown of a tensor, and digits of each. */
const MOST = 6;
const DIGITS = 4;

/** `0.25`, `[1, 2.5, 3]`, `[0, 1, 2, 3, 4, 5, … 94 more]`: a tensor's elements for people, in the order in which they lie. */
export function formatData(data: Data, rank: number, most = MOST): string {
  const shown = Array.from(data.subarray(0, most), formatNumber);
  if (rank === 0) return shown[0]!;
  const more = data.length > most ? [`… ${data.length - most} more`] : [];
  return `[${[...shown, ...more].join(', ')}]`;
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}
