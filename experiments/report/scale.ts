import { PRESETS } from '@nlrn/nlrn';
import { totalSteps } from '@nlrn/nn';
import type { Run } from '../lib/results.ts';
import { trainedPixels } from '../lib/trainedPixels.ts';
import type { Html } from '../page/html.ts';
import { table } from '../page/table.ts';

/** Whether a run is trained on as many pixels as the paper's, or nearly. */
export function isOfPaperScale(config: Run['config']): boolean {
  return trainedPixels(PRESETS.paper) / trainedPixels(config) < 1.05;
}

/** `about 1/4,500`, `all`: a run's training as a share of the paper's, in pixels; two figures are kept. */
export function shareOfPaper(config: Run['config']): string {
  const share = trainedPixels(PRESETS.paper) / trainedPixels(config);
  return isOfPaperScale(config) ? 'all' : `about 1/${formatCount(Number(share.toPrecision(2)))}`;
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** How large the network is and how it was trained, beside the paper. */
export function scaleTable(config: Run['config'], parameters: number | null): Html {
  const paper = PRESETS.paper;
  const { network } = config;
  const size = (name: 'channels' | 'embedding' | 'states' | 'neighborhood') =>
    name in network ? String(network[name as keyof typeof network]) : '';
  const rows: { what: string; ours: string; paper: string }[] = [
    { what: 'Channels m', ours: size('channels'), paper: String(paper.network.channels) },
    {
      what: 'Embedding channels l',
      ours: size('embedding'),
      paper: String(paper.network.embedding),
    },
    { what: 'States T', ours: size('states'), paper: String(paper.network.states) },
    { what: 'Window q', ours: size('neighborhood'), paper: String(paper.network.neighborhood) },
    { what: 'Patch', ours: `${config.patch} x ${config.patch}`, paper: `${paper.patch} x ${paper.patch}` },
    { what: 'Patches in a step', ours: String(config.batch), paper: String(paper.batch) },
    { what: 'Steps', ours: stepsInWords(config), paper: stepsInWords(paper) },
    { what: 'Learning rate', ours: scheduleInWords(config), paper: scheduleInWords(paper) },
    {
      what: 'Pixels trained on',
      ours: `${millions(config)} million (${shareOfPaper(config)})`,
      paper: `${millions(paper)} million`,
    },
    { what: 'Noise, sigma', ours: String(config.sigma), paper: String(paper.sigma) },
  ];
  const caption =
    parameters === null ? 'The full model' : `The full model: ${formatCount(parameters)} parameters`;
  return table(
    caption,
    [
      { title: '', cell: ({ what }) => what },
      { title: 'Here', cell: ({ ours }) => ours, numeric: true },
      { title: 'Paper', cell: ({ paper }) => paper, numeric: true },
    ],
    rows,
  );
}

function millions(config: Run['config']): string {
  return formatCount(Number((trainedPixels(config) / 1e6).toPrecision(3)));
}

/** `6,000, and 600 to settle` */
function stepsInWords(config: Run['config']): string {
  const settling = totalSteps(config) - config.steps;
  return formatCount(config.steps) + (settling > 0 ? `, and ${formatCount(settling)} to settle` : '');
}

function scheduleInWords({ schedule }: Run['config']): string {
  return schedule.kind === 'oneCycle'
    ? `one cycle, peak ${schedule.peak}`
    : `${schedule.initial}, halved ${schedule.times} times`;
}
