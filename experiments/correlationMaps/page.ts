import { documentOf } from '../page/document.ts';
import { type Html, html, trusted } from '../page/html.ts';
import { type Column, table } from '../page/table.ts';
import { drawShares, statesOf } from './drawShares.ts';
import type { CorrelationMaps } from './results.ts';
import { MOST_SIDE } from './study.ts';

type Subject = CorrelationMaps['networks'][number];

/** The shares and the maps of each network, as one HTML file that loads nothing else. */
export function mapsPage(maps: CorrelationMaps, sheets: readonly { name: string; svg: string }[]): string {
  return documentOf({
    title: 'NLRN: what the network looks at',
    heading: 'What the network looks at',
    introduction: `Correlation maps as in the paper’s Figure 4: the softmax of S^t over the neighbourhood of one pixel, in each state; white is the largest weight, brightness the square root. The pixel is marked in the true neighbourhood. Noise of sigma ${maps.sigma}.`,
    links: [['shares', 'Shares'], ...sheets.map(({ name }) => [`maps-${name}`, name] as const)],
    sections: [sharesSection(maps), ...sheets.map(mapsSection)],
  });
}

function sharesSection(maps: CorrelationMaps): Html {
  const { images, name, source } = maps.images;
  return html`<section id="shares">
<h2>Does the weight go to what looks alike?</h2>
<p>The tenth of a pixel’s neighbours whose true 5 x 5 patches differ least from its own, and their part of the weight that it
gives to others: the mean over the pixels of ${images} images (${source === 'generated' ? 'generated' : name}) whose
neighbourhood lies in their middle ${MOST_SIDE} x ${MOST_SIDE} pixels, which are what is looked at; places are those in the image. The
paper says that places with similar features get higher correlation from state to state.</p>
<figure>${trusted(drawShares(maps))}</figure>
${table('Share of the weight, by state', columnsOf(maps), maps.networks)}</section>`;
}

function columnsOf(maps: CorrelationMaps): [Column<Subject>, ...Column<Subject>[]] {
  return [
    { title: 'network', cell: ({ name }) => name },
    { title: 'propagation', cell: ({ propagation }) => (propagation ? 'yes' : 'no') },
    ...statesOf(maps).map(
      (state): Column<Subject> => ({
        title: `state ${state}`,
        cell: ({ shares }) => shareIn(state, shares),
        numeric: true,
      }),
    ),
  ];
}

/** Empty for a state that a network does not have. */
function shareIn(state: number, shares: Subject['shares']): string {
  const found = shares.find((share) => share.state === state);
  return found ? `${(100 * found.share).toFixed(1)} %` : '';
}

function mapsSection({ name, svg }: { name: string; svg: string }): Html {
  return html`<section id="maps-${name}">
<h2>${name}</h2>
<figure>${trusted(svg)}</figure>
</section>`;
}
