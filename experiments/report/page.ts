import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeDataset } from '../lib/data.ts';
import { counted } from '../lib/numbers.ts';
import type { Results, Row, Run } from '../lib/results.ts';
import { countVerdicts } from './agreement.ts';
import { agreementSection, shortTitle, verdictMark } from './agreementSection.ts';
import { cropsSection, type ReadPicture } from './cropsSection.ts';
import { experimentSection } from './experimentSection.ts';
import { FINDINGS_RULE, findingsInWords, fullModelSentence } from './findings.ts';
import { type Html, html, trusted } from './html.ts';
import { coreTime, originSection } from './originSection.ts';
import { scaleTable, shareOfPaper } from './scale.ts';
import { trainingSection } from './trainingSection.ts';

/** What a page is made of. */
export interface Report {
  readonly preset: string;
  readonly experiments: readonly Results[];
  /** The runs that stand in the experiments */
  readonly runs: readonly Run[];
  /** Files that were left out, each with its fault */
  readonly faults: readonly string[];
  readonly readPicture: ReadPicture;
}

const STYLE = readFileSync(join(import.meta.dirname, 'style.css'), 'utf8');

/** The report as one HTML file that loads nothing else. */
export function reportPage({ preset, experiments, runs, faults, readPicture }: Report): string {
  const pictures = cropsSection(experiments, runs, readPicture);
  const links: [id: string, name: string][] = [
    ...experiments.map((results): [string, string] => [results.experiment, shortTitle(results)]),
    ['agreement', 'Agreement'],
    ...(pictures ? [['pictures', 'Pictures'] as [string, string]] : []),
    ...(runs.length > 0
      ? ([
          ['training', 'Training'],
          ['origin', 'Origin'],
        ] as [string, string][])
      : []),
  ];
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NLRN: results of the preset ${preset}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>
<h1>Non-Local Recurrent Network: results of the preset “${preset}”</h1>
<p class="quiet">Ablations of “Non-Local Recurrent Network for Image Restoration” (Liu, Wen, Fan, Loy and Huang,
NeurIPS 2018), trained again at a smaller scale: image denoising, measured in PSNR (dB, higher is better).</p>
</header>
<nav aria-label="Contents"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${faultsSection(faults)}
${glanceSection(experiments, runs)}
${experiments.map(experimentSection)}
${agreementSection(experiments)}
${pictures}
${runs.length === 0 ? null : [trainingSection(experiments, runs), originSection(runs)]}
</main>
</body>
</html>
`;
  return text;
}

function faultsSection(faults: readonly string[]): Html | null {
  if (faults.length === 0) return null;
  return html`<section class="fault" id="faults">
<h2>Files left out</h2>
<ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul>
</section>`;
}

/** What was found, at which scale, and whether it agrees with the paper. */
function glanceSection(experiments: readonly Results[], runs: readonly Run[]): Html {
  const [first] = experiments;
  const full = first?.rows.find(({ variant }) => variant === first.fullModel);
  return html`<section id="glance">
<h2>At a glance</h2>
<div class="glance">
${
  first
    ? html`<p>${scaleSentence(first, runs)}</p>
<p>${fullModelSentence(first)}</p>
<p><strong>All rows beside the paper:</strong> ${agreementLine(experiments.flatMap(({ rows }) => rows))}</p>`
    : null
}
${experiments.map(
  (results) => html`<h3><a href="#${results.experiment}">${results.title}</a></h3>
${findingsInWords(results).map(({ finding, rows }) => html`<p><strong>${finding}:</strong> ${rows}</p>`)}
<p><strong>Beside the paper:</strong> ${agreementLine(results.rows)}</p>
`,
)}</div>
<p class="quiet">${FINDINGS_RULE}</p>
${first ? scaleTable(first.config, full?.parameters ?? null) : null}
</section>`;
}

function scaleSentence({ config, train, test }: Results, runs: readonly Run[]): string {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].toSorted((a, b) => a - b);
  const images = train && test ? ` on ${describeDataset(train)}, tested on ${describeDataset(test)}` : '';
  const share = shareOfPaper(config);
  const training =
    share === 'all' ? 'As much training as the paper’s' : `${capital(share)} of the paper’s training`;
  const named = `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ') || 'none'}`;
  return `${training}${images}. ${counted(runs.length, 'run')}, ${named}; ${coreTime(runs)} in all.`;
}

/** `3 agrees, 1 opposite`, with their signs. */
function agreementLine(rows: readonly Row[]): Html[] {
  return countVerdicts(rows).map(
    ([verdict, count], i) => html`${i > 0 ? ', ' : ''}${verdictMark(verdict, count)}`,
  );
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
