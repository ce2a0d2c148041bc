import { MAPS_FOLDER } from '../correlationMaps/results.ts';
import { describeDataset } from '../lib/data.ts';
import { counted } from '../lib/numbers.ts';
import type { Results, Run } from '../lib/results.ts';
import { documentOf } from '../page/document.ts';
import { faultsSection } from '../page/faultsSection.ts';
import { type Html, html } from '../page/html.ts';
import type { ReadPicture } from '../page/pictures.ts';
import { countHolmVerdicts, countVerdicts } from './agreement.ts';
import { agreementLine, agreementSection, shortTitle } from './agreementSection.ts';
import { costSection } from './costSection.ts';
import { cropsSection } from './cropsSection.ts';
import { experimentSection, findingLine } from './experimentSection.ts';
import {
  FINDINGS_RULE,
  type FindingInWords,
  findingsInWords,
  fullModelSentence,
  HOLM_RULE,
  remainingInWords,
} from './findings.ts';
import { coreTime, originSection } from './originSection.ts';
import { scaleTable, shareOfPaper } from './scale.ts';
import { fallsLine, trainingSection } from './trainingSection.ts';

/** What a page is made of. */
export interface Report {
  readonly preset: string;
  readonly experiments: readonly Results[];
  /** The runs that stand in the experiments */
  readonly runs: readonly Run[];
  /** Files that were left out, each with its fault */
  readonly faults: readonly string[];
  readonly readPicture: ReadPicture;
  /** The images of which there is a page of Figure 4, beside the folder of this one */
  readonly mapped: readonly string[];
}

/** The report as one HTML file that loads nothing else. */
export function reportPage({ preset, experiments, runs, faults, readPicture, mapped }: Report): string {
  const pictures = cropsSection(experiments, runs, readPicture);
  const cost = costSection(experiments);
  const links: [id: string, name: string][] = [
    ...experiments.map((results): [string, string] => [results.experiment, shortTitle(results)]),
    ...(mapped.length > 0 ? [['correlation-maps', 'Figure 4'] as [string, string]] : []),
    ['agreement', 'Agreement'],
    ...(cost ? [['cost', 'Cost'] as [string, string]] : []),
    ...(pictures ? [['pictures', 'Pictures'] as [string, string]] : []),
    ...(runs.length > 0
      ? ([
          ['training', 'Training'],
          ['origin', 'Origin'],
        ] as [string, string][])
      : []),
  ];
  return documentOf({
    title: `NLRN: results of the preset ${preset}`,
    heading: `NLRN: results of the preset “${preset}”`,
    introduction: `Ablations of the Non-Local Recurrent Network (NeurIPS 2018), trained again at a smaller scale: image
denoising, PSNR in dB (higher is better).`,
    links,
    sections: [
      faultsSection(faults),
      glanceSection(experiments, runs),
      experiments.map(experimentSection),
      mapsSection(mapped),
      agreementSection(experiments),
      cost,
      pictures,
      runs.length === 0 ? null : [trainingSection(experiments, runs), originSection(runs)],
    ],
  });
}

/** What was found, whether it agrees with the paper, and at which scale. */
function glanceSection(experiments: readonly Results[], runs: readonly Run[]): Html {
  const [first] = experiments;
  const full = first?.rows.find(({ variant }) => variant === first.fullModel);
  const [beyond, others] = [true, false].map((isBeyond) =>
    findingsInWords(experiments).filter((finding) => finding.isBeyondChance === isBeyond),
  ) as [FindingInWords[], FindingInWords[]];
  const remaining = remainingInWords(experiments);
  return html`<section id="glance">
<h2>At a glance</h2>
<div class="beside">
<div class="glance">
<p><strong>All rows beside the paper:</strong> ${agreementLine(countVerdicts(experiments))}</p>
${beyond.map(findingLine)}
${
  remaining === null
    ? null
    : html`<p><strong>Beyond chance with ${first!.comparisons} rows tested side by side:</strong> ${remaining}</p>
<p><strong>Beside the paper then:</strong> ${agreementLine(countHolmVerdicts(experiments))}</p>`
}
${
  first
    ? html`<p>${fullModelSentence(first)}</p>
<p>${scaleSentence(first, runs)}</p>
${fallsLine(experiments, runs)}`
    : null
}
${others.map(findingLine)}
<p class="quiet">${FINDINGS_RULE} ${remaining === null ? '' : HOLM_RULE}</p>
</div>
${
  first
    ? html`<details class="fold scale"><summary>How large the network is, and its training</summary>${scaleTable(first.config, full?.parameters ?? null)}</details>`
    : null
}
</div>
</section>`;
}

/** Where Figure 4 is. */
function mapsSection(mapped: readonly string[]): Html | null {
  if (mapped.length === 0) return null;
  return html`<section id="correlation-maps">
<h2>Figure 4</h2>
<p>What trained networks look at, state by state, is on a page of its own:
${mapped.map((images) => html`<a href="../${MAPS_FOLDER}/${encodeURIComponent(images)}/index.html">on ${images} images</a> `)}</p>
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

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
