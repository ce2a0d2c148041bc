import type { Random } from '@nlrn/tensor';
import { roughness } from './lattice.ts';
import { between, choose, type Painter, type Picture, SAMPLES, type Size, surfaceTone } from './picture.ts';

/**
 * Dead leaves: opaque discs and ellipses that fall on one another until they cover the image.
 *
 * Radii follow a density proportional to r⁻³ between two limits, the law under which the picture looks the same
 * at every scale, as photographs do. Sources: G. Matheron, "Modèle séquentiel de partition aléatoire", Centre de
 * Morphologie Mathématique, 1968; A. B. Lee, D. Mumford, J. Huang, "Occlusion models for natural images: a
 * statistical study of a scale-invariant dead leaves model", Int. J. Comput. Vis. 41 (2001). Each leaf has its
 * grey, a slope of light, and here and there a texture.
 */
export const leaves: Painter = (random, size) => {
  const smallest = between(random, 1.5, 4);
  const largest = Math.max(2 * smallest, Math.min(size.width, size.height) * between(random, 0.25, 0.6));
  const grain = roughness(random, between(random, 1.5, 4));
  const shade = () => leafShade(random, grain);
  return scatter(random, size, { smallest, largest, shade });
};

/**
 * Leaves large enough to show a texture of their own: each is cut from one of the given painters' pictures.
 *
 * Source: textured leaves as in R. Achddou, Y. Gousseau, S. Ladjal, "Synthetic images as a regularity prior for
 * image restoration neural networks", SSVM 2021.
 */
export function texturedLeaves(painters: readonly Painter[]): Painter {
  return (random, size) => {
    const pictures = painters.map((painter) => painter(random, size));
    const plain = roughness(random, 3);
    const shade = (): Shade => {
      if (random.uniform() < 0.3) return leafShade(random, plain);
      const picture = choose(random, pictures);
      return (x, y) => picture(x, y);
    };
    const side = Math.min(size.width, size.height);
    return scatter(random, size, { smallest: side / 12, largest: side / 2, shade });
  };
}

/** Grey of a leaf at the point (x, y) of the image and (u, v) of the leaf, u² + v² <= 1. */
type Shade = (x: number, y: number, u: number, v: number) => number;

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** The matrix from image to leaf: u = (cos · dx + sin · dy) / radius, v likewise, and squeezed by `aspect`. */
  readonly cos: number;
  readonly sin: number;
  readonly aspect: number;
  readonly shade: Shade;
}

interface Scatter {
  /** Limits of the radii in pixels. */
  readonly smallest: number;
  readonly largest: number;
  readonly shade: () => Shade;
}

/** Expected number of leaves over a point: all but exp(-10) of the image is then covered. */
const LAYERS = 10;

/**
 * Lets leaves fall until the image is covered, the top leaf first: a leaf shows where nothing lies yet.
 *
 * From the top, the picture is an exact sample of the model (W. S. Kendall, E. Thönnes, "Perfect simulation in
 * stochastic geometry", Pattern Recognit. 32, 1999); what is still bare at the end shows one last leaf.
 */
function scatter(random: Random, size: Size, options: Scatter): Picture {
  const [columns, rows] = [size.width * SAMPLES, size.height * SAMPLES];
  const top = new Int32Array(columns * rows).fill(-1);
  const fallen: Leaf[] = [];
  for (let count = leafCount(size, options); count > 0; count--) {
    const leaf = randomLeaf(random, size, options);
    drop(leaf, fallen.length, top, columns, rows);
    fallen.push(leaf);
  }
  const last = fallen.at(-1)!;
  return (x, y) => {
    const leaf = fallen[top[Math.floor(y * SAMPLES) * columns + Math.floor(x * SAMPLES)]!] ?? last;
    const [u, v] = leafPoint(leaf, x, y);
    return leaf.shade(x, y, u, v);
  };
}

/** Leaves fall on a window larger than the image by the largest radius, so that its border is like its middle. */
function leafCount({ width, height }: Size, { smallest, largest }: Scatter): number {
  const window = (width + 2 * largest) * (height + 2 * largest);
  const meanSquare = (2 * Math.log(largest / smallest)) / (smallest ** -2 - largest ** -2);
  return Math.ceil((LAYERS * window) / (Math.PI * meanSquare * MEAN_ASPECT));
}

const ASPECTS = [0.4, 1] as const;
const MEAN_ASPECT = (ASPECTS[0] + ASPECTS[1]) / 2;

function randomLeaf(random: Random, { width, height }: Size, { smallest, largest, shade }: Scatter): Leaf {
  const angle = between(random, 0, Math.PI);
  return {
    x: between(random, -largest, width + largest),
    y: between(random, -largest, height + largest),
    radius: powerLaw(random.uniform(), smallest, largest),
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    aspect: between(random, ...ASPECTS),
    shade: shade(),
  };
}

/** The quantile `u` in [0, 1) of the density r⁻³ / Z on [smallest, largest]. */
export function powerLaw(u: number, smallest: number, largest: number): number {
  return (smallest ** -2 - u * (smallest ** -2 - largest ** -2)) ** -0.5;
}

function leafPoint({ x: cx, y: cy, radius, cos, sin, aspect }: Leaf, x: number, y: number): [number, number] {
  const [dx, dy] = [(x - cx) / radius, (y - cy) / radius];
  return [cos * dx + sin * dy, (cos * dy - sin * dx) / aspect];
}

/** Writes the leaf's index to the samples that it covers and that are still bare. */
function drop(leaf: Leaf, index: number, top: Int32Array, columns: number, rows: number): void {
  const [left, right] = sampleRange(leaf.x, leaf.radius, columns);
  const [above, below] = sampleRange(leaf.y, leaf.radius, rows);
  for (let j = above; j < below; j++) {
    for (let i = left; i < right; i++) {
      if (top[j * columns + i] !== -1) continue;
      const [u, v] = leafPoint(leaf, (i + 0.5) / SAMPLES, (j + 0.5) / SAMPLES);
      if (u * u + v * v <= 1) top[j * columns + i] = index;
    }
  }
}

function sampleRange(center: number, radius: number, count: number): [number, number] {
  const first = Math.floor((center - radius) * SAMPLES);
  const end = Math.ceil((center + radius) * SAMPLES);
  return [Math.max(0, first), Math.min(count, end)];
}

/** A grey with a slope of light over the leaf, a darker rim on some, and a grain or ribs on others. */
function leafShade(random: Random, grain: Picture): Shade {
  const tone = surfaceTone(random);
  const [slopeU, slopeV] = [between(random, -0.12, 0.12), between(random, -0.12, 0.12)];
  const rim = random.uniform() < 0.3 ? between(random, 0.05, 0.25) : 0;
  const rough = random.uniform() < 0.3 ? between(random, 0.05, 0.3) : 0;
  const ribs = random.uniform() < 0.15 ? between(random, 0.05, 0.2) : 0;
  const ribCount = between(random, 10, 25);
  return (x, y, u, v) => {
    let grey = tone + slopeU * u + slopeV * v - rim * (u * u + v * v) ** 2;
    if (rough > 0) grey += rough * grain(x, y);
    if (ribs > 0) grey += ribs * Math.sin(ribCount * (u + Math.abs(v)));
    return grey;
  };
}
