import type { StoredTensor } from '@nlrn/files';
import type { DrcnConfig } from '../drcn.ts';
import { DRRN_CONFIG, type DrrnConfig } from '../drrn.ts';
import type { FsrcnnConfig } from '../fsrcnn.ts';
import type { LapsrnConfig } from '../lapsrn.ts';
import type { SrcnnConfig } from '../srcnn.ts';
import type { VdsrConfig } from '../vdsr.ts';
import { filtersLast, type Imported, type PublishedFile, type Tensors } from './tensors.ts';

type Config = SrcnnConfig | VdsrConfig | FsrcnnConfig | LapsrnConfig | DrrnConfig | DrcnConfig;

/** How a kind of network is told by its tensors' names, and what becomes of them. */
interface Kind {
  readonly names: RegExp;
  /** One that it always has */
  readonly has: string;
  /** Undefined if, in spite of the names, it is another network. */
  configOf(file: PublishedFile): Config | undefined;
  /** The tensor's name here. */
  rename(name: string, tensors: Tensors): string;
}

/**
 * The networks of super-resolution: convolutions with filters in PyTorch's layout, of which some lack biases.
 *
 * An SRCNN and a VDSR have the tensors of a DnCNN. An SRCNN has larger filters; a VDSR has not even that, and is one only if
 * the file's `source` says so. The scale of an SRCNN and of an FSRCNN is in their `source`, too: `…x2.mat`.
 */
const KINDS: readonly Kind[] = [
  {
    names: /^conv[012]\.(weight|bias)$/,
    has: 'conv0.weight',
    configOf: ({ tensors }) => {
      const filters = ['conv0', 'conv1', 'conv2'].map((name) => sideOf(tensors, name));
      if (filters.every((side) => side <= 3)) return undefined;
      const channels = [outputsOf(tensors, 'conv0'), outputsOf(tensors, 'conv1')];
      return { network: 'srcnn', filters, channels } as unknown as SrcnnConfig;
    },
    rename: (name) => name,
  },
  {
    names: /^conv\d+\.(weight|bias)$/,
    has: 'conv0.weight',
    configOf: ({ tensors, metadata: { source = '' } }) =>
      /vdsr/i.test(source)
        ? { network: 'vdsr', channels: outputsOf(tensors, 'conv0'), depth: weightsIn(tensors) }
        : undefined,
    rename: (name) => name,
  },
  {
    names: /^((conv\d+|deconv)\.(weight|bias)|prelu\d+\.weight)$/,
    has: 'deconv.weight',
    configOf: ({ tensors, metadata }) => ({
      network: 'fsrcnn',
      channels: outputsOf(tensors, 'conv0'),
      shrunk: outputsOf(tensors, 'conv1'),
      mappings: [...tensors.keys()].filter((name) => name.startsWith('prelu')).length - 3,
      scale: scaleIn(metadata) as FsrcnnConfig['scale'],
    }),
    rename: (name) => name.replace(/^prelu(\d+)\.weight$/, 'slope$1'),
  },
  {
    names: /^(input_conv|level\d_(conv\d+|upconv|residual_conv|img_up))\.(weight|bias)$/,
    has: 'input_conv.weight',
    configOf: ({ tensors }) => ({
      network: 'lapsrn',
      channels: outputsOf(tensors, 'input_conv'),
      depth: [...tensors.keys()].filter((name) => /^level1_conv\d+\.weight$/.test(name)).length,
      levels: levelsIn(tensors),
    }),
    rename: renamedLevel,
  },
  {
    names: /^conv_(in|a|b|out)\.(weight|bias)$/,
    has: 'conv_in.weight',
    configOf: ({ tensors }) => ({
      ...DRRN_CONFIG,
      channels: outputsOf(tensors, 'conv_in'),
      batchNorm: false,
    }),
    rename: (name) => name.replace('conv_in', 'features').replace('conv_out', 'restore').replace('conv_', ''),
  },
  {
    names: /^((embed[01]|recursive|recon[01])\.(weight|bias)|ensemble)$/,
    has: 'ensemble',
    configOf: ({ tensors }) => ({
      network: 'drcn',
      channels: outputsOf(tensors, 'embed0'),
      recursions: tensors.get('ensemble')!.data.length,
      skip: 'concatenated',
    }),
    rename: (name) => name.replace('recon', 'restore').replace('ensemble', 'shares'),
  },
];

/** A network of super-resolution; undefined if the tensors have other names. */
export function importSuperResolution(file: PublishedFile): Imported<Config> | undefined {
  const names = [...file.tensors.keys()];
  for (const { names: known, has, configOf, rename } of KINDS) {
    if (!file.tensors.has(has) || !names.every((name) => known.test(name))) continue;
    const config = configOf(file);
    if (!config) continue;
    const relaid = [...file.tensors].map(
      ([name, tensor]) => [rename(name, file.tensors), filtersLast(tensor)] as const,
    );
    return {
      config,
      tensors: inUnitRange(withBiases(new Map(relaid)), config),
      scales: scalesOf(config, file),
    };
  }
  return undefined;
}

/** Adds biases of zero to filters [h, w, C, K], or transposed ones [h, w, K, C], that have none; LapSRN's of the image have none here. */
function withBiases(tensors: Map<string, StoredTensor>): Map<string, StoredTensor> {
  for (const [name, { shape }] of [...tensors]) {
    const bias = name.replace(/\.weight$/, '.bias');
    if (!name.endsWith('.weight') || tensors.has(bias) || name.endsWith('.image.weight')) continue;
    const K = shape[/(\.up|^deconv)\.weight$/.test(name) ? 2 : 3]!;
    tensors.set(bias, { shape: [K], data: new Float32Array(K) });
  }
  return tensors;
}

/**
 * The published DRCN takes pixels from 0 to 255. As all its layers are convolutions and ReLUs, it does the same with pixels from
 * 0 to 1 if its biases are divided by 255.
 */
function inUnitRange(tensors: Map<string, StoredTensor>, { network }: Config): Map<string, StoredTensor> {
  if (network !== 'drcn') return tensors;
  const isBias = (name: string) => name.endsWith('.bias');
  return new Map(
    [...tensors].map(([name, tensor]) => [
      name,
      isBias(name) ? { ...tensor, data: tensor.data.map((value) => value / 255) } : tensor,
    ]),
  );
}

/** The scales for which a network was published. LapSRN's for 4 serves 3: what it makes is then made smaller. */
function scalesOf(config: Config, { metadata }: PublishedFile): readonly number[] {
  if (config.network === 'fsrcnn') return [config.scale];
  if (config.network === 'lapsrn') return config.levels === 1 ? [2] : [3, 4];
  if (config.network === 'drcn') return [2];
  const scale = scaleIn(metadata);
  return config.network === 'srcnn' && scale ? [scale] : [2, 3, 4];
}

/** `…x2.mat`: 2 */
function scaleIn({ source = '' }: PublishedFile['metadata']): number | undefined {
  const scale = /x([234])\.\w+$/.exec(source)?.[1];
  return scale === undefined ? undefined : Number(scale);
}

/** Levels are counted from the last one there, from the first one, 0, here. */
function renamedLevel(name: string, tensors: Tensors): string {
  const [, level, part, kind] = /^level(\d)_(\w+)\.(\w+)$/.exec(name) ?? [];
  if (level === undefined) return name.replace('input_conv', 'features');
  const own = { upconv: 'up', residual_conv: 'residual', img_up: 'image' }[part!];
  const conv = Number(/^conv(\d+)$/.exec(part!)?.[1]) - 1;
  return `level${levelsIn(tensors) - Number(level)}.${own ?? `conv${conv}`}.${kind}`;
}

function levelsIn(tensors: Tensors): number {
  return Math.max(...[...tensors.keys()].map((name) => Number(/^level(\d)_/.exec(name)?.[1] ?? 0)));
}

function weightsIn(tensors: Tensors): number {
  return [...tensors.keys()].filter((name) => name.endsWith('.weight')).length;
}

/** Of filters [K, C, h, w]; 0, which no network has, for a tensor that is missing. */
function outputsOf(tensors: Tensors, name: string): number {
  return tensors.get(`${name}.weight`)?.shape[0] ?? 0;
}

function sideOf(tensors: Tensors, name: string): number {
  return tensors.get(`${name}.weight`)?.shape[2] ?? 0;
}
