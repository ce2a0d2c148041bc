import { probability, signed } from '../lib/numbers.ts';
import { drawRows, marksOf } from '../lib/plot.ts';
import type { Results, Row } from '../lib/results.ts';
import { NARROW, WIDE } from '../lib/svg.ts';
import { verdictMark } from './agreementSection.ts';
import { type Html, html, trusted } from './html.ts';
import { formatCount } from './scale.ts';
import { table } from './table.ts';

/** A table or figure: its plot, its rows, and its files. */
export function experimentSection(results: Results): Html {
  const { experiment, title } = results;
  return html`<section id="${experiment}">
<h2>${title}</h2>
<figure>
<figcaption>${marksOf(results).join(' ')}</figcaption>
<div class="wide">${trusted(drawRows(results, WIDE))}</div>
<div class="narrow">${trusted(drawRows(results, NARROW))}</div>
</figure>
${papersWords(results)}
${rowsTable(results)}
<p class="quiet">Files beside this page:
${['json', 'csv', 'svg'].map((ending) => html`<a href="${experiment}.${ending}">${experiment}.${ending}</a> `)}</p>
</section>`;
}

/** What the paper says, each sentence once. */
function papersWords({ rows }: Results): Html | null {
  const words = new Set(rows.flatMap(({ paper }) => paper.words ?? []));
  return words.size === 0 ? null : html`<p>The paper: ${[...words].join('; ')}.</p>`;
}

function rowsTable({ title, rows, comparisons }: Results): Html {
  const caption = `${title.replace(/:.*/, '')}: PSNR in dB; difference to the full model with its 95 % interval over images and seeds; Holm’s p, for ${comparisons} rows tested side by side`;
  return table<Row>(
    caption,
    [
      { title: 'Row', cell: ({ label }) => label },
      { title: 'PSNR', cell: ({ psnr }) => psnr?.toFixed(2) ?? 'missing', numeric: true },
      { title: 'SSIM', cell: ({ ssim }) => ssim?.toFixed(4) ?? '', numeric: true },
      { title: 'Difference', cell: differenceInWords, numeric: true },
      { title: 'Holm’s p', cell: ({ difference }) => probability(difference?.holm), numeric: true },
      {
        title: 'Parameters',
        cell: ({ parameters }) => (parameters === null ? '' : formatCount(parameters)),
        numeric: true,
      },
      { title: 'Seeds', cell: ({ seeds }) => seeds.join(', '), numeric: true },
      { title: 'Paper', cell: papersInWords, numeric: true },
      { title: 'Verdict', cell: ({ verdict }) => verdictMark(verdict) },
    ],
    rows,
  );
}

function differenceInWords({ difference, verdict }: Row): string {
  if (difference === null || verdict === 'full model') return '';
  const { mean, low, high } = difference;
  return `${signed(mean)}${low === null || high === null ? '' : ` [${signed(low)}, ${signed(high)}]`}`;
}

/** The paper's PSNR and difference as far as they are known, or how it puts the row to its full model. */
function papersInWords({ paper, verdict }: Row): string {
  const psnr = paper.psnr?.toFixed(2) ?? '';
  if (verdict === 'full model') return psnr;
  const difference = paper.difference === null ? paper.claim : signed(paper.difference);
  return [psnr, difference].filter((text) => text !== '').join(', ');
}
