import {
  anatomyOf,
  DNCNN_S_CONFIG,
  FFDNET_CONFIG,
  MEMNET_CONFIG,
  type NetworkConfig,
  NLNET_CONFIG,
  RED30_CONFIG,
  TNRD_CONFIG,
} from '@nlrn/networks';
import { PAPER_CONFIG } from '@nlrn/nlrn';
import * as z from 'zod';
import { inColumns } from '../lib/columns.ts';
import { csvOf, fixed } from '../lib/csv.ts';
import { decibels } from '../lib/results.ts';
import { paperTable } from '../paper.ts';
import type { Restoration } from './restoration.ts';

const networkRow = z
  .strictObject({
    network: z.string(),
    depth: z.int().describe('Convolutions one after the other on the longest way from image to image'),
    sharing: z.boolean().describe('Whether filters serve more than one convolution'),
    weights: z
      .int()
      .describe('Numbers in the filters; all parameters of a network whose filters are made of others'),
    parameters: z.int().describe('All that is trained: with biases, normalisations, activations'),
    psnr: decibels
      .nullable()
      .describe('In dB on Set12 at sigma 50, with the published weights; null where it has not been run'),
    why: z.string().nullable().describe('Why it has not been run; null where it has'),
    paper: z
      .strictObject({
        depth: z.int(),
        sharing: z.boolean(),
        parameters: z.string(),
        multiView: z.boolean(),
        images: z.int(),
        psnr: decibels,
      })
      .nullable()
      .describe('What its Table 3 prints'),
  })
  .describe('A network, read off its graph');

/** Table 3: what stands in `networks.json`. */
export const anatomySchema = z
  .strictObject({ comparison: z.literal('networks'), title: z.string(), rows: z.array(networkRow) })
  .describe('Networks compared: depth, sharing, parameters');

export type NetworkTable = z.infer<typeof anatomySchema>;
type NetworkRow = NetworkTable['rows'][number];

/** The networks as the papers have them; by which method of the comparison each is run, if at that size. */
const NETWORKS: readonly {
  readonly label: string;
  readonly config: NetworkConfig;
  readonly method?: string;
  /** As Table 3 calls it */
  readonly paper?: string;
}[] = [
  { label: 'TNRD', config: TNRD_CONFIG, method: 'tnrd' },
  { label: 'NLNet', config: NLNET_CONFIG, method: 'nlnet' },
  { label: 'FFDNet', config: FFDNET_CONFIG, method: 'ffdnet' },
  { label: 'DnCNN-S', config: DNCNN_S_CONFIG, method: 'dncnn', paper: 'DnCNN' },
  { label: 'RED30', config: RED30_CONFIG, paper: 'RED' },
  { label: 'MemNet', config: MEMNET_CONFIG, paper: 'MemNet' },
  { label: 'NLRN', config: PAPER_CONFIG, paper: 'NLRN' },
];

/** The table, of networks of the papers' sizes, with the PSNR of the runs that are there. */
export function networkTable(runs: readonly Restoration[]): NetworkTable {
  const printed = paperTable(3);
  const rows = NETWORKS.flatMap(({ label, config, method, paper }): NetworkRow[] => {
    const { depth, isSharing, weights, parameters } = anatomyOf(config);
    const run = runs.find(
      (run) => run.method === method && run.set === 'set12' && run.sigma === 50 && run.of === run.test.images,
    );
    const own = { network: label, depth, sharing: isSharing, weights, parameters };
    const why = run ? null : method === undefined ? 'paper only' : 'not run';
    const measured = { psnr: run?.mean.restored.psnr ?? null, why };
    const found = printed.filter(({ network }) => network === paper).map(paperRow);
    return found.length === 0
      ? [{ ...own, ...measured, paper: null }]
      : found.map((paper) => ({ ...own, ...measured, paper }));
  });
  return { comparison: 'networks', title: 'Table 3: networks compared, Set12 at sigma 50', rows };
}

function paperRow(row: Record<string, string>): NonNullable<NetworkRow['paper']> {
  return {
    depth: Number(row['max effective depth']),
    sharing: row['parameter sharing'] === 'yes',
    parameters: row.parameters!,
    multiView: row['multi-view testing'] === 'yes',
    images: Number(row['training images']),
    psnr: Number(row.psnr),
  };
}

const yes = (is: boolean) => (is ? 'yes' : 'no');

/** `554,112 (554k)`: ours, and in brackets the paper's. */
export const NETWORK_COLUMNS: Readonly<Record<string, (row: NetworkRow) => string>> = {
  Network: ({ network, paper }) =>
    paper ? `${network}, ${paper.images} images${paper.multiView ? ', multi-view' : ''}` : network,
  Depth: ({ depth, paper }) => beside(String(depth), paper && String(paper.depth)),
  Sharing: ({ sharing, paper }) => beside(yes(sharing), paper && yes(paper.sharing)),
  Weights: ({ weights, paper }) => beside(weights.toLocaleString('en'), paper?.parameters),
  Parameters: ({ parameters }) => parameters.toLocaleString('en'),
  PSNR: ({ psnr, why, paper }) => beside(psnr?.toFixed(2) ?? why!, paper?.psnr.toFixed(2)),
};

function beside(ours: string, paper: string | null | undefined): string {
  return paper == null ? ours : `${ours} (${paper})`;
}

export function formatNetworkTable({ rows }: NetworkTable, width = Number.POSITIVE_INFINITY): string {
  const columns = Object.entries(NETWORK_COLUMNS).map(([title, cell], i) => ({
    cells: [title, ...rows.map(cell)],
    rank: i,
    isText: i === 0,
  }));
  return inColumns(columns, width);
}

export function formatNetworkCsv({ rows }: NetworkTable): string {
  return csvOf<NetworkRow>(
    {
      network: ({ network }) => network,
      depth: ({ depth }) => depth,
      sharing: ({ sharing }) => yes(sharing),
      weights: ({ weights }) => weights,
      parameters: ({ parameters }) => parameters,
      psnr_db: ({ psnr }) => fixed(psnr, 4),
      why: ({ why }) => why ?? '',
      paper_depth: ({ paper }) => paper?.depth ?? '',
      paper_sharing: ({ paper }) => (paper ? yes(paper.sharing) : ''),
      paper_parameters: ({ paper }) => paper?.parameters ?? '',
      paper_multi_view: ({ paper }) => (paper ? yes(paper.multiView) : ''),
      paper_training_images: ({ paper }) => paper?.images ?? '',
      paper_psnr_db: ({ paper }) => fixed(paper?.psnr, 2),
    },
    rows,
  );
}
