import { signed } from '../lib/numbers.ts';
import { isReference, type Results, type Row } from '../lib/results.ts';
import { type Html, html } from '../page/html.ts';
import { table } from '../page/table.ts';
import { formatCount } from './scale.ts';

/** What each row's change brings beside what it costs, each network once; null if no run tells. */
export function costSection(experiments: readonly Results[]): Html | null {
  const known = besideFullModel(experiments).filter(
    ({ trainingCoreSeconds }) => trainingCoreSeconds !== null,
  );
  if (known.length === 0) return null;
  return html`<section id="cost">
<h2>What each change brings, and what it costs</h2>
<details class="fold"><summary>Parameters, training and restoring</summary>
${table(
  'PSNR above the full model in dB; core-minutes of a training; core-seconds to restore a megapixel; both the least over seeds, as other work on a machine adds to them',
  [
    { title: 'Row', cell: (row) => (isReference(row) ? 'Full model' : row.label) },
    {
      title: 'Difference',
      cell: ({ difference }) => (difference ? signed(difference.mean) : ''),
      numeric: true,
    },
    { title: 'Parameters', cell: ({ parameters }: Row) => formatCount(parameters!), numeric: true },
    {
      title: 'Training',
      cell: ({ trainingCoreSeconds }) => (trainingCoreSeconds! / 60).toFixed(1),
      numeric: true,
    },
    {
      title: 'A megapixel',
      cell: ({ coreSecondsPerMegapixel }) => coreSecondsPerMegapixel!.toFixed(1),
      numeric: true,
    },
  ],
  known,
)}</details>
</section>`;
}

/** The rows that are compared with the full model, and itself, each by the first table that has it. */
function besideFullModel(experiments: readonly Results[]): Row[] {
  const rows = experiments.flatMap(({ rows, fullModel }) =>
    rows.filter(({ against }) => against === fullModel),
  );
  return rows.filter(({ id }, i) => rows.findIndex((row) => row.id === id) === i);
}
