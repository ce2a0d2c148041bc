import { mean } from 'simple-statistics';
import { CURVES_RULE, type Curve, drawCurves } from '../lib/curvePlot.ts';
import { type Fall, NAMED_FALL, namedFall } from '../lib/deepestFall.ts';
import { counted, signed } from '../lib/numbers.ts';
import type { Results, Run } from '../lib/results.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { table } from '../page/table.ts';
import { type LabelledRuns, labelledRuns } from './labelledRuns.ts';
import { formatCount } from './scale.ts';

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

const BESIDE_RULE = ' In brackets its PSNR on the test images above the mean of the network’s other seeds.';

/** A training that fell back. */
interface Fallen {
  readonly label: string;
  readonly seed: number;
  readonly fall: Fall;
  /** Its PSNR on the test images above the mean of the network's other seeds, in dB; null if there are none */
  readonly beside: number | null;
}

/** The trainings of a network that fell back. */
function fallenOf({ label, runs }: LabelledRuns): Fallen[] {
  return runs.flatMap((run) => {
    const fall = namedFall(run);
    const others = runs.filter((other) => other !== run).map(psnrOf);
    const beside = others.length === 0 ? null : psnrOf(run) - mean(others);
    return fall === null ? [] : [{ label, seed: run.seed, fall, beside }];
  });
}

const psnrOf = (run: Run) => run.mean.restored.psnr;

function fallsTable(networks: readonly LabelledRuns[]): Html | null {
  const fallen = networks
    .map((network) => ({ ...network, falls: fallenOf(network) }))
    .filter(({ falls }) => falls.length > 0);
  if (fallen.length === 0) return null;
  return table(
    FALLS_RULE + (fallen.some(({ runs }) => runs.length > 1) ? BESIDE_RULE : ''),
    [
      { title: 'Network', cell: ({ label }) => label },
      { title: 'Fell', cell: ({ runs, falls }) => `${falls.length} of ${runs.length}`, numeric: true },
      { title: 'Deepest fall', cell: ({ falls }) => falls.map(fallInWords).join('; ') },
    ],
    fallen,
  );
}

/** `seed 2: 7.4 dB at step 960 (−0.12)` */
function fallInWords({ seed, fall, beside }: Fallen): string {
  const fell = `seed ${seed}: ${fall.decibels.toFixed(1)} dB at step ${formatCount(fall.step)}`;
  return beside === null ? fell : `${fell} (${signed(beside)})`;
}

/** How many trainings fell back, where they are named, and which was the worst in the end; null if none did. */
export function fallsLine(experiments: readonly Results[], runs: readonly Run[]): Html | null {
  const fallen = labelledRuns(experiments, runs).flatMap(fallenOf);
  if (fallen.length === 0) return null;
  const [worst] = fallen.toSorted((a, b) => (a.beside ?? 0) - (b.beside ?? 0)) as [Fallen];
  return html`<p>${fallen.length} of ${counted(runs.length, 'training')} fell back by ${NAMED_FALL} dB or more on the way
(<a href="#training">which</a>): one that did not come all the way back tells of its fall rather than of its network.${
    worst.beside !== null && worst.beside < 0
      ? ` Farthest below its network’s other seeds is ${worst.label}, seed ${worst.seed}: ${signed(worst.beside)} dB.`
      : null
  }</p>`;
}
