import type { Results, Verdict } from '../lib/results.ts';
import { type Html, html } from '../page/html.ts';
import { table } from '../page/table.ts';
import {
  countHolmVerdicts,
  countVerdicts,
  type OpenQuestion,
  openQuestions,
  VERDICT_RULES,
  VERDICT_SIGNS,
} from './agreement.ts';

/** How many rows agree with the paper, what the verdicts mean, and which do not, with what would settle them. */
export function agreementSection(experiments: readonly Results[]): Html {
  const byHolm = new Map(countHolmVerdicts(experiments));
  const hasHolm = experiments.some(({ comparisons }) => comparisons > 0);
  const open = openQuestions(experiments);
  return html`<section id="agreement">
<h2>Agreement with the paper</h2>
<div class="beside">
${table(
  'Rows by verdict, those that others are compared with left out',
  [
    { title: 'Verdict', cell: ([verdict]) => verdictMark(verdict) },
    { title: 'Rows', cell: ([, count]) => count, numeric: true },
    ...(hasHolm
      ? [{ title: 'By Holm’s p', cell: ([verdict]: Count) => byHolm.get(verdict) ?? 0, numeric: true }]
      : []),
    { title: 'Meaning', cell: ([verdict]) => VERDICT_RULES[verdict] },
  ],
  countVerdicts(experiments),
)}
${open.length === 0 ? null : html`<div><h3>What would settle the others</h3><ul>${open.map(openItem)}</ul></div>`}
</div>
</section>`;
}

type Count = ReturnType<typeof countVerdicts>[number];

function openItem({ rows, verdict, why, settle, command }: OpenQuestion): Html {
  const names = rows.map(({ label, note }) => label + (note ? ` (${note})` : '')).join(', ');
  return html`<li>${names}: ${verdictMark(verdict)}. ${why} ${settle}${command ? html` <code>${command}</code>` : null}</li>
`;
}

/** `3 agrees, 1 opposite`, with their signs. */
export function agreementLine(counts: readonly Count[]): Html[] {
  return counts.map(([verdict, count], i) => html`${i > 0 ? ', ' : ''}${verdictMark(verdict, count)}`);
}

/** `Table 1` of `Table 1: distance metrics`. */
export function shortTitle({ title }: Pick<Results, 'title'>): string {
  return title.split(':')[0]!;
}

/** `✓ agrees`, or `✓ 3 agrees`. */
export function verdictMark(verdict: Verdict, count?: number): Html {
  const words = count === undefined ? verdict : `${count} ${verdict}`;
  return html`<span class="verdict ${verdict}">${VERDICT_SIGNS[verdict]} ${words}</span>`;
}
