import { probability, signed } from '../lib/numbers.ts';
import { drawRows, marksOf } from '../lib/plot.ts';
import { type Results, type Row, referenceInWords } from '../lib/results.ts';
import { hasInterval } from '../lib/statistics.ts';
import { NARROW, WIDE } from '../lib/svg.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { type Column, table } from '../page/table.ts';
import { countVerdicts } from './agreement.ts';
import { agreementLine, shortTitle, verdictMark } from './agreementSection.ts';
import { type FindingInWords, findingsInWords } from './findings.ts';
import { formatCount } from './scale.ts';

/** A table or figure: its plot, its rows, and its files. */
export function experimentSection(results: Results): Html {
  const { experiment, title } = results;
  return html`<section id="${experiment}">
<h2>${title}</h2>
<div class="beside">
<figure>
<figcaption>${marksOf(results).join(' ')}</figcaption>
<div class="wide">${trusted(drawRows(results, WIDE))}</div>
<div class="narrow">${trusted(drawRows(results, NARROW))}</div>
</figure>
<div>
${findingsInWords([results]).map(findingLine)}
<p><strong>Beside the paper:</strong> ${agreementLine(countVerdicts([results]))}</p>
${papersWords(results)}
</div>
</div>
${rowsTable(results)}
<p class="quiet">Files beside this page:
${['json', 'csv', 'svg'].map((ending) => html`<a href="${experiment}.${ending}">${experiment}.${ending}</a> `)}</p>
</section>`;
}

/** `Lower: Dot product (−0.95)` */
export function findingLine({ finding, rows }: FindingInWords): Html {
  return html`<p><strong>${finding}:</strong> ${rows}</p>`;
}

/** What the paper says, each sentence once. */
function papersWords({ rows }: Results): Html | null {
  const words = new Set(rows.flatMap(({ paper }) => paper.words ?? []));
  return words.size === 0 ? null : html`<p><strong>The paper:</strong> ${[...words].join('; ')}.</p>`;
}

const HOLM_COLUMN: Column<Row> = {
  title: 'Holm’s p',
  cell: ({ difference }) => probability(difference?.holm),
  numeric: true,
};

function rowsTable(results: Results): Html {
  const { title, rows, comparisons } = results;
  const interval = rows.some(hasInterval) ? ' with its 95 % interval over images and seeds' : '';
  const holm = comparisons > 0 ? `; Holm’s p, for ${comparisons} rows tested side by side` : '';
  const caption = `${shortTitle({ title })}: PSNR in dB; difference to ${referenceInWords(results)}${interval}${holm}`;
  return table<Row>(
    caption,
    [
      { title: 'Row', cell: ({ label }) => label },
      { title: 'PSNR', cell: ({ psnr }) => psnr?.toFixed(2) ?? 'missing', numeric: true },
      { title: 'SSIM', cell: ({ ssim }) => ssim?.toFixed(4) ?? '', numeric: true, isExtra: true },
      { title: 'Difference', cell: differenceInWords, numeric: true },
      ...(comparisons > 0 ? [HOLM_COLUMN] : []),
      {
        title: 'Parameters',
        cell: ({ parameters }) => (parameters === null ? '' : formatCount(parameters)),
        numeric: true,
        isExtra: true,
      },
      { title: 'Seeds', cell: ({ seeds }) => seeds.join(', '), numeric: true, isExtra: true },
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
  const difference = paper.difference === null ? (paper.claim ?? '') : signed(paper.difference);
  return [psnr, difference].filter((text) => text !== '').join(', ');
}
