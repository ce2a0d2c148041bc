import type { Results, Verdict } from '../lib/results.ts';
import {
  countVerdicts,
  type OpenQuestion,
  openQuestions,
  VERDICT_RULES,
  VERDICT_SIGNS,
} from './agreement.ts';
import { type Html, html } from './html.ts';
import { table } from './table.ts';

/** How many rows agree with the paper, what the verdicts mean, and which do not, with what would settle them. */
export function agreementSection(experiments: readonly Results[]): Html {
  const open = experiments.flatMap((results) =>
    openQuestions(results).map((question) => ({ ...question, title: shortTitle(results) })),
  );
  return html`<section id="agreement">
<h2>Agreement with the paper</h2>
${table(
  'Rows by verdict, without the full models',
  [
    {
      title: 'Verdict',
      cell: ([verdict]) => verdictMark(verdict),
    },
    { title: 'Rows', cell: ([, count]) => count, numeric: true },
    { title: 'Meaning', cell: ([verdict]) => VERDICT_RULES[verdict] },
  ],
  countVerdicts(experiments.flatMap(({ rows }) => rows)),
)}
${open.length === 0 ? null : openTable(open)}
</section>`;
}

function openTable(open: readonly (OpenQuestion & { title: string })[]): Html {
  const labels = ({ rows }: OpenQuestion) => rows.map(({ label }) => label).join(', ');
  const words = ({ rows }: OpenQuestion) => [...new Set(rows.flatMap(({ paper }) => paper.words ?? []))];
  return table(
    'Rows that do not agree, or not yet; likely reason and remedy follow from verdict and scale by rule',
    [
      { title: 'Rows', cell: (question) => `${question.title}: ${labels(question)}` },
      {
        title: 'Verdict',
        cell: ({ verdict }) => verdictMark(verdict),
      },
      { title: 'The paper', cell: (question) => words(question).join('; ') },
      { title: 'Likely reason', cell: ({ why }) => why },
      {
        title: 'What would settle it',
        cell: ({ settle, command }) => html`${settle}${command ? html` <code>${command}</code>` : null}`,
      },
    ],
    open,
  );
}

/** `Table 1` of `Table 1: distance metrics`. */
export function shortTitle({ title }: Results): string {
  return title.split(':')[0]!;
}

/** `✓ agrees`, or `✓ 3 agrees`. */
export function verdictMark(verdict: Verdict, count?: number): Html {
  const words = count === undefined ? verdict : `${count} ${verdict}`;
  return html`<span class="verdict ${verdict}">${VERDICT_SIGNS[verdict]} ${words}</span>`;
}
