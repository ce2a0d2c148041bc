import type { Results, Row } from '../lib/results.ts';
import { countVerdicts, openQuestion, VERDICT_RULES, VERDICT_SIGNS } from './agreement.ts';
import { verdictCell } from './experimentSection.ts';
import { type Html, html } from './html.ts';
import { table } from './table.ts';

/** How many rows agree with the paper, what the verdicts mean, and each row that does not, with what would settle it. */
export function agreementSection(experiments: readonly Results[]): Html {
  const others = experiments.flatMap((results) =>
    results.rows.filter(({ variant }) => variant !== results.fullModel).map((row) => ({ row, results })),
  );
  const open = others.filter(({ row, results }) => openQuestion(row, results) !== null);
  return html`<section id="agreement">
<h2>Agreement with the paper</h2>
${table(
  'Rows by verdict, without the full models',
  [
    {
      title: 'Verdict',
      cell: ([verdict]) => html`<span class="${verdict}">${VERDICT_SIGNS[verdict]} ${verdict}</span>`,
    },
    { title: 'Rows', cell: ([, count]) => count, numeric: true },
    { title: 'Meaning', cell: ([verdict]) => VERDICT_RULES[verdict] },
  ],
  countVerdicts(others.map(({ row }) => row)),
)}
${open.length === 0 ? null : openTable(open)}
</section>`;
}

function openTable(open: readonly { row: Row; results: Results }[]): Html {
  return table(
    'Rows that do not agree, or not yet; likely reason and remedy follow from verdict and scale by rule',
    [
      { title: 'Row', cell: ({ row, results }) => `${shortTitle(results)}: ${row.label}` },
      { title: 'Verdict', cell: ({ row }) => verdictCell(row) },
      { title: 'The paper', cell: ({ row }) => row.paper.words ?? '' },
      { title: 'Likely reason', cell: ({ row, results }) => openQuestion(row, results)!.why },
      { title: 'What would settle it', cell: ({ row, results }) => openQuestion(row, results)!.settle },
    ],
    open,
  );
}

/** `Table 1` of `Table 1: distance metrics`. */
export function shortTitle({ title }: Results): string {
  return title.split(':')[0]!;
}
