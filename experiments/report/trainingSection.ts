import { CURVES_RULE, type Curve, drawCurves } from '../lib/curvePlot.ts';
import { NAMED_FALL, namedFall } from '../lib/deepestFall.ts';
import { counted } from '../lib/numbers.ts';
import type { Results, Run } from '../lib/results.ts';
import { type Html, html, trusted } from './html.ts';
import { type LabelledRuns, labelledRuns } from './labelledRuns.ts';
import { formatCount } from './scale.ts';
import { table } from './table.ts';

/** How each network trained: small plots on the same axes, the full model in grey behind. */
export function trainingSection(experiments: readonly Results[], runs: readonly Run[]): Html {
  const networks = labelledRuns(experiments, runs);
  const all = networks.flatMap(({ runs }) => runs);
  const full = networks.find(({ id }) => id === 'full')?.runs ?? [];
  const panels = (curve: Curve) =>
    networks.map(
      ({ label, runs }) => html`<figure><figcaption>${label}</figcaption>
${trusted(drawCurves(curve, { runs, full, all, label }))}</figure>
`,
    );
  return html`<section id="training">
<h2>Training</h2>
<details><summary>How each network trained</summary>
<p>A line is a seed; grey is the full model. All plots have the same axes. ${CURVES_RULE}</p>
${fallsTable(networks)}
<h3>Training loss</h3>
<div class="panels">${panels('loss')}</div>
${
  all.some(({ validationCurve }) => validationCurve.length > 0)
    ? html`<h3>PSNR on generated images during training</h3>
<div class="panels">${panels('psnr')}</div>`
    : null
}
</details>
</section>`;
}

/** What a fall is, as the page says it. */
const FALLS_RULE = `Trainings that fell back by ${NAMED_FALL} dB or more on the way: the deepest fall of the PSNR of the training loss, its
means over a 110th of the training, below the best before; after the first eighth of the cycle, settling left out. In a short training these are
means of few batches, and a small fall may be theirs.`;

function fallsTable(networks: readonly LabelledRuns[]): Html | null {
  const fallen = networks
    .map(({ label, runs }) => ({ label, seeds: runs.length, falls: runs.flatMap(fallInWords) }))
    .filter(({ falls }) => falls.length > 0);
  if (fallen.length === 0) return null;
  return table(
    FALLS_RULE,
    [
      { title: 'Network', cell: ({ label }) => label },
      { title: 'Fell', cell: ({ seeds, falls }) => `${falls.length} of ${seeds}`, numeric: true },
      { title: 'Deepest fall', cell: ({ falls }) => falls.join('; ') },
    ],
    fallen,
  );
}

/** `seed 2: 7.4 dB at step 960` */
function fallInWords(run: Run): string[] {
  const fall = namedFall(run);
  if (fall === null) return [];
  return [`seed ${run.seed}: ${fall.decibels.toFixed(1)} dB at step ${formatCount(fall.step)}`];
}

/** How many trainings fell back, and where they are named; null if none did. */
export function fallsLine(runs: readonly Run[]): Html | null {
  const { length } = runs.filter((run) => namedFall(run) !== null);
  if (length === 0) return null;
  return html`<p>${length} of ${counted(runs.length, 'training')} fell back by ${NAMED_FALL} dB or more on the way
(<a href="#training">which</a>): one that did not come all the way back tells of its fall rather than of its network.</p>`;
}
