import { CURVES_RULE, type Curve, drawCurves } from '../lib/curvePlot.ts';
import type { Results, Run } from '../lib/results.ts';
import { type Html, html, trusted } from './html.ts';
import { labelledRuns } from './labelledRuns.ts';

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
