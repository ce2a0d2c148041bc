import { luminanceOf, opponentSigmas } from '@nlrn/classic';
import { cropImage, type Image, type Rectangle } from '@nlrn/data';
import { bestModel } from '@nlrn/networks';
import { atPixel, correlationsIn, neighbourWeights, type Pixel } from '@nlrn/nlrn';
import { contrastFor, stretched } from '@nlrn/nn';
import { input, namedTensors, type Tensor } from '@nlrn/tensor';
import { withBackend } from './backend.ts';
import { isModel, loadModel, models } from './models.ts';

/** Where in a picture a network is looked into. */
export interface Look {
  readonly noisy: Image;
  /** The noise's deviation, 0-255 scale */
  readonly sigma: number;
  /** A model; the best one for the noise if undefined, or if it is the name of a method without a network */
  readonly method?: string | undefined;
  readonly pixel: Pixel;
  /** The state whose features are wanted, from 1; the last one of a network that has fewer */
  readonly state: number;
}

/** Maps [height, width, channels] of a rectangle of the picture. */
export interface Maps extends Rectangle {
  readonly channels: number;
  readonly data: Float32Array;
}

/** What a network does around a pixel. */
export interface Seen {
  readonly model: string;
  /** The piece that the network was given: all that the pixel depends on, as far as the picture goes */
  readonly piece: Rectangle;
  /** The pixel's q² neighbours' weights in each state that has the module */
  readonly correlations: readonly { readonly state: number; readonly weights: readonly number[] }[];
  readonly states: number;
  /** The state whose features these are */
  readonly state: number;
  /** The features s^t of that state */
  readonly features: Maps;
  /** What its non-local module adds to them, if it has one */
  readonly added: Maps | undefined;
}

/** Pixels that are given around one where it is not known how far a network sees. */
const MARGIN = 32;

/** Looks at what a network computes around a pixel. Throws Error for one without correlations, or whose weights are no softmax. */
export async function look({ noisy, sigma, method, pixel, state: wanted }: Look): Promise<Seen> {
  const [level] = opponentSigmas(noisy.channels, sigma) as [number];
  const isNetwork = method !== undefined && (await isModel(method));
  const model = isNetwork ? method : bestModel(await models(), level)!.name;
  const { network, noise, config } = await loadModel(model);
  const piece = around(pixel, network.reach ?? MARGIN, noisy);
  const contrast = contrastFor(network, { sigma: level, trained: noise });
  const grey = stretched(cropImage(luminanceOf(noisy), piece), contrast);

  const x = input('noisy', [1, piece.height, piece.width, 1]);
  const levelInput = network.takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
  const { output } = network.forward(x, 'infer', levelInput);
  const found = correlationsIn(output);
  if (found.length === 0) throw new Error(`${model}: this network compares no pixels; choose an NLRN`);
  if (config.network === 'nlrn' && /dotProduct/i.test(config.metric))
    throw new Error(`${model}: its metric, ${config.metric}, has no softmax; choose another network`);
  const named = namedTensors([output]);
  const states = [...named.keys()].filter((name) => /^s\^[1-9]/.test(name)).length;
  const state = Math.min(wanted, states);
  const features = named.get(`s^${state}`)!;
  const Z = named.get(`Z^${state}`);
  const inPiece = { x: pixel.x - piece.x, y: pixel.y - piece.y };
  const logits = Object.fromEntries(found.map(({ state, S }) => [`S^${state}`, atPixel(S, inPiece)]));
  const outputs: Record<string, Tensor> = { ...logits, features, ...(Z && { Z }) };
  const feeds = { noisy: grey.data, ...(levelInput && { level: [level / 255] }) };
  const results = await withBackend(async (backend) => {
    const program = backend.compile({ outputs });
    return program.run(feeds).finally(() => program.dispose());
  });
  return {
    model,
    piece,
    correlations: found.map(({ state }) => {
      return { state, weights: weightsAround(inPiece, piece, results[`S^${state}`]!) };
    }),
    states,
    state,
    features: mapsOf(features, results.features!, piece),
    added: Z && mapsOf(Z, results.Z!, piece),
  };
}

/** The part of an image at most so many pixels away from one. */
function around({ x, y }: Pixel, reach: number, { width, height }: Image): Rectangle {
  const [left, top] = [Math.max(0, x - reach), Math.max(0, y - reach)];
  return {
    x: left,
    y: top,
    width: Math.min(width, x + reach + 1) - left,
    height: Math.min(height, y + reach + 1) - top,
  };
}

/** The weights by the neighbours' places around a pixel of a piece: where the neighbourhood is the whole piece, logits are by places in it. */
function weightsAround({ x, y }: Pixel, { width, height }: Rectangle, logits: ArrayLike<number>): number[] {
  const weights = neighbourWeights(logits);
  if (width !== height || weights.length !== width * height) return weights;
  const q = width;
  // From the pixel on to the first of its neighbourhood, around the border.
  const first = (q + 1) / 2;
  return weights.map((_, i) => {
    const [column, row] = [(x + first + i) % q, (y + first + Math.floor(i / q)) % q];
    return weights[row * q + column]!;
  });
}

function mapsOf({ shape }: Tensor, data: ArrayLike<number>, piece: Rectangle): Maps {
  return { ...piece, channels: shape[3]!, data: Float32Array.from(data) };
}
