import * as Plot from '@observablehq/plot';
import { drawSvg, OURS, PAPERS, WIDE } from '../lib/svg.ts';
import type { CorrelationMaps } from './results.ts';

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
export function statesOf({ networks }: CorrelationMaps): number[] {
  const all = networks.flatMap(({ shares }) => shares.map(({ state }) => state));
  return [...new Set(all)].sort((a, b) => a - b);
}
