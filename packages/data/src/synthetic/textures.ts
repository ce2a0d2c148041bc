import type { Random } from '@nlrn/tensor';
import { cellValues, roughness, valueNoise } from './lattice.ts';
import { between, choose, type Painter, type Picture, placed } from './picture.ts';

/** Profile of a stripe over one period, t in [0, 1)  ->  [0, 1]. */
type Profile = (t: number) => number;

const WAVE: Profile = (t) => 0.5 - 0.5 * Math.cos(2 * Math.PI * t);
const RIDGE: Profile = (t) => 1 - (2 * t - 1) ** 2;
const SLAT: Profile = (t) => (t < 0.8 ? 0.4 + 0.75 * t : 0);
const BAR: Profile = (t) => (t < 0.55 ? 1 : 0);

/** Gratings: parallel stripes, straight like blinds and fences or bent like a zebra's and the rings of wood. */
export const gratings: Painter = (random) => {
  const profile = choose(random, [WAVE, RIDGE, SLAT, BAR]);
  const [dark, light] = contrast(random);
  const bend = valueNoise(random);
  // In periods: 0 for a fence, up to 2.5 for a zebra.
  const bending = random.uniform() < 0.4 ? 0 : between(random, 0.3, 2.5);
  const period = between(random, 6, 16);
  const grain = roughness(random, 2);
  const stripes: Picture = (x, y) => {
    const t = y + bending * bend(x / 6 + 100, y / 6 + 100);
    return dark + (light - dark) * profile(t - Math.floor(t)) + 0.05 * grain(x * period, y * period);
  };
  return placed(stripes, between(random, 0, Math.PI), period);
};

/** Weaves: threads that pass over and under one another, one by one (plain), or in steps (twill, basket). */
export const weave: Painter = (random) => {
  const isWarpOnTop = choose(random, [plainWeave, twill, basket]);
  const [dark, light] = contrast(random);
  const warpTone = between(random, 0.7, 1);
  const thread = cellValues(random);
  const threadWidth = between(random, 4, 9);
  const strand: Picture = (along, across) => {
    const bulge = 1 - (2 * across - 1) ** 2;
    const dip = 1 - 0.35 * (2 * along - 1) ** 2;
    return bulge * dip;
  };
  const cloth: Picture = (x, y) => {
    const [i, j] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - i, y - j];
    const isWarp = isWarpOnTop(i, j);
    const relief = isWarp ? strand(v, u) : strand(u, v);
    const tint = isWarp ? warpTone - 0.15 * thread(i, 0) : 1 - 0.15 * thread(j, 7);
    return dark + (light - dark) * relief * tint;
  };
  return placed(cloth, between(random, -0.8, 0.8), threadWidth);
};

const plainWeave = (i: number, j: number) => ((i + j) & 1) === 0;
const twill = (i: number, j: number) => ((i + j) & 3) < 2;
const basket = (i: number, j: number) => (((i >> 1) + (j >> 1)) & 1) === 0;

/** Bricks in running bond, or overlapping round tiles: one shape, again and again, each piece a little different. */
export const bricks: Painter = (random) => (random.uniform() < 0.65 ? brickWall(random) : roofTiles(random));

function brickWall(random: Random): Picture {
  const height = between(random, 6, 14);
  const aspect = between(random, 1.6, 3);
  const joint = between(random, 0.08, 0.18);
  const tone = between(random, 0.3, 0.65);
  const mortar = tone + choose(random, [-1, 1]) * between(random, 0.15, 0.3);
  const spread = between(random, 0.1, 0.4);
  const value = cellValues(random);
  const grain = roughness(random, 2.5);
  const wall: Picture = (x, y) => {
    const row = Math.floor(y);
    const along = x / aspect + (row & 1) / 2;
    const brick = Math.floor(along);
    const [u, v] = [(along - brick) * aspect, y - row];
    const rough = 0.12 * grain(x * height, y * height);
    if (u < joint || v < joint) return mortar + rough;
    const edge = Math.min(u - joint, v - joint, aspect - u, 1 - v);
    return tone + spread * (value(brick, row) - 0.5) + rough - (edge < 0.08 ? 0.06 : 0);
  };
  return placed(wall, between(random, -0.12, 0.12), height);
}

function roofTiles(random: Random): Picture {
  const width = between(random, 9, 18);
  const tone = between(random, 0.4, 0.75);
  const spread = between(random, 0.05, 0.3);
  const value = cellValues(random);
  const grain = roughness(random, 3);
  const roof: Picture = (x, y) => {
    const [column, row] = tileAt(x, y);
    const [dx, dy] = [x - column - (row & 1) / 2, y - row / 2];
    const r = Math.hypot(dx, dy);
    const shade = r > 0.46 ? -0.25 : 0.35 * (dy - 0.25);
    return tone + spread * (value(column, row) - 0.5) + shade + 0.08 * grain(x * width, y * width);
  };
  return placed(roof, between(random, -0.12, 0.12), width);
}

/** The column and row of the tile on top at a point: discs of radius 1/2, rows 1/2 apart, the upper row on top. */
function tileAt(x: number, y: number): readonly [number, number] {
  for (let row = Math.ceil(2 * y) - 1; ; row++) {
    const column = Math.round(x - (row & 1) / 2);
    const inside = (x - column - (row & 1) / 2) ** 2 + (y - row / 2) ** 2 <= 0.25;
    if ((inside && y >= row / 2) || row >= 2 * y) return [column, row];
  }
}

/** A dark and a light tone at least 0.25 apart. */
function contrast(random: Random): readonly [number, number] {
  const dark = between(random, 0.05, 0.45);
  return [dark, Math.min(0.95, dark + between(random, 0.25, 0.65))];
}
