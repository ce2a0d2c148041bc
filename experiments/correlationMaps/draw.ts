import * as Plot from '@observablehq/plot';
import { drawSvg, OURS, PAPERS, WIDE } from '../lib/svg.ts';
import { html, trusted } from '../report/html.ts';
import type { CorrelationMaps } from './results.ts';
import { MOST_SIDE } from './study.ts';

/** What a file of the shares alone says above them. */
export const SHARES_HEADING = [
  'Weight on the tenth of the neighbours that look most like the pixel',
  'of what a pixel gives to others, by state',
];

/** The shares by state, a line a network: solid with propagation, dashed without; `heading` for a file that stands alone. */
export function drawShares(maps: CorrelationMaps, heading: readonly string[] = []): string {
  const { networks, like } = maps;
  const states = statesOf(maps);
  const points = networks.flatMap(({ name, propagation, shares }) =>
    shares.map(({ state, share }) => ({ name, propagation, state, share: 100 * share })),
  );
  const colour = (propagation: boolean) => (propagation ? OURS : PAPERS);
  const lines = networks.flatMap(({ name, propagation }) => {
    const own = points.filter((point) => point.name === name);
    const options = { x: 'state', y: 'share', stroke: colour(propagation) };
    return [
      Plot.line(own, { ...options, ...(propagation ? {} : { strokeDasharray: '5 4' }) }),
      Plot.dot(own, { ...options, fill: colour(propagation), symbol: propagation ? 'circle' : 'square' }),
      Plot.text(own.slice(-1), { x: 'state', y: 'share', text: 'name', textAnchor: 'end', dy: -10 }),
    ];
  });
  return drawSvg({
    ariaLabel: 'Share of the weight on pixels that look alike, by state',
    heading,
    width: WIDE,
    height: 320,
    x: { label: 'state', ticks: states, tickFormat: 'd' },
    y: { label: null, tickFormat: (value: number) => `${value} %`, zero: true, grid: true },
    marks: [
      Plot.ruleY([100 * like], { strokeDasharray: '2 3' }),
      Plot.text([{ y: 100 * like }], { y: 'y', text: () => 'by chance', frameAnchor: 'left', dx: 4, dy: -6 }),
      ...lines,
    ],
  });
}

/** The states that any of the networks has. */
function statesOf({ networks }: CorrelationMaps): number[] {
  const all = networks.flatMap(({ shares }) => shares.map(({ state }) => state));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** A share as a cell of the table; empty for a state that a network does not have. */
function shareIn(state: number, shares: CorrelationMaps['networks'][number]['shares']): string {
  const found = shares.find((share) => share.state === state);
  return found ? `${(100 * found.share).toFixed(1)} %` : '';
}

/** The figure of each network and the shares as one HTML file that loads nothing else. */
export function pageOf(
  maps: CorrelationMaps,
  sheets: readonly { name: string; svg: string }[],
  style: string,
): string {
  const states = statesOf(maps);
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NLRN: what the network looks at</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}
.sheet svg { max-width: 100%; height: auto; }</style>
</head>
<body>
<header>
<h1>What the network looks at</h1>
<p class="quiet">Correlation maps as in the paper’s Figure 4: the softmax of S^t over the neighbourhood of one pixel, in each
state; white is the largest weight, brightness the square root. The pixel is marked in the true neighbourhood. Noise of
sigma ${maps.sigma}.</p>
</header>
<main>
<section><h2>Does the weight go to what looks alike?</h2>
<p>The tenth of a pixel’s neighbours whose true 5 x 5 patches differ least from its own, and their part of the weight that it
gives to others: the mean over the pixels of ${maps.images.images} images (${maps.images.source === 'generated' ? 'generated' : maps.images.name}) whose
neighbourhood lies in their middle ${MOST_SIDE} x ${MOST_SIDE} pixels, which are what is looked at; places are those in the image. The paper says that places with similar features get higher correlation from state to state.</p>
<div class="sheet">${trusted(drawShares(maps))}</div>
<table><thead><tr><th>network</th><th>propagation</th>${states.map((state) => html`<th>state ${state}</th>`)}</tr></thead>
<tbody>${maps.networks.map(
    ({ name, propagation, shares }) =>
      html`<tr><td>${name}</td><td>${propagation ? 'yes' : 'no'}</td>${states.map((state) => html`<td>${shareIn(state, shares)}</td>`)}</tr>`,
  )}</tbody></table></section>
${sheets.map(({ name, svg }) => html`<section><h2>${name}</h2><div class="sheet">${trusted(svg)}</div></section>`)}
</main>
</body>
</html>
`;
  return text;
}
