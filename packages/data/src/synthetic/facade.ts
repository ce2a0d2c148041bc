import type { Random } from '@nlrn/tensor';
import { type CellValue, cellValues, roughness } from './lattice.ts';
import { between, choose, type Painter, type Picture } from './picture.ts';

/**
 * A house front seen straight on: storeys and bays of the same window, with sills, shutters and balconies.
 *
 * The same window at many places is what a non-local method lives on; that each differs a little (a blind half
 * down, a curtain, a reflection) keeps it from being an exact copy.
 */
export const facade: Painter = (random, { height }) => {
  const plan = drawPlan(random, height);
  const wall = wallSurface(random, plan);
  return (x, y) => {
    if (y < plan.eaves) return sky(plan, x, y);
    if (y < plan.eaves + plan.cornice) return corniceTone(plan, y - plan.eaves);
    const cell = locate(plan, x, y);
    return drawn(plan, cell) ?? wall(x, y);
  };
};

/** Measures in pixels, tones in [0, 1]. */
interface Plan {
  /** Height of the sky above the house: 0 or less when the roof is not in the picture. */
  readonly eaves: number;
  readonly cornice: number;
  readonly storey: number;
  readonly bay: number;
  readonly offset: number;
  readonly window: { readonly width: number; readonly height: number; readonly sill: number };
  readonly frame: number;
  readonly panes: { readonly columns: number; readonly rows: number };
  readonly tone: {
    readonly wall: number;
    readonly trim: number;
    readonly glass: number;
    readonly sky: number;
  };
  readonly shutters: boolean;
  /** Probability that a window has a balcony. */
  readonly balconies: number;
  readonly siding: 'plaster' | 'bricks' | 'boards';
  readonly value: CellValue;
}

function drawPlan(random: Random, height: number): Plan {
  const bay = between(random, 18, 32);
  const storey = bay * between(random, 1.05, 1.5);
  const width = bay * between(random, 0.36, 0.5);
  return {
    eaves: random.uniform() < 0.4 ? height * between(random, 0.05, 0.25) : -between(random, 10, 40),
    cornice: between(random, 4, 9),
    storey,
    bay,
    offset: between(random, 0, bay),
    window: { width, height: storey * between(random, 0.5, 0.66), sill: between(random, 1.2, 2.5) },
    frame: between(random, 0.8, 1.6),
    panes: choose(random, [
      { columns: 2, rows: 1 },
      { columns: 2, rows: 2 },
      { columns: 2, rows: 3 },
      { columns: 1, rows: 2 },
    ]),
    tone: drawTones(random),
    shutters: random.uniform() < 0.35,
    balconies: choose(random, [0, 0.3, 0.6, 1]),
    siding: choose(random, ['plaster', 'bricks', 'boards'] as const),
    value: cellValues(random),
  };
}

function drawTones(random: Random): Plan['tone'] {
  const wall = between(random, 0.35, 0.8);
  const trim = wall < 0.6 ? between(random, 0.75, 0.95) : choose(random, [0.25, 0.9]);
  return { wall, trim, glass: between(random, 0.08, 0.3), sky: between(random, 0.75, 0.95) };
}

/** A point of the house: its bay and storey, and its place (pixels) from the top middle of that window. */
interface Place {
  readonly bay: number;
  readonly storey: number;
  readonly u: number;
  readonly v: number;
}

function locate({ eaves, cornice, storey, bay, offset, window }: Plan, x: number, y: number): Place {
  const i = Math.floor((x - offset) / bay);
  const below = y - eaves - cornice;
  const j = Math.floor(below / storey);
  const u = x - offset - (i + 0.5) * bay;
  return { bay: i, storey: j, u, v: below - j * storey - (storey - window.height) / 2 };
}

/** What stands before or in the wall at a place: undefined where the wall is bare. The nearest thing comes first. */
function drawn(plan: Plan, place: Place): number | undefined {
  return (
    balcony(plan, place) ??
    pane(plan, place) ??
    sill(plan, place) ??
    shutter(plan, place) ??
    course(plan, place)
  );
}

function balcony({ balconies, value, window, tone, bay }: Plan, place: Place): number | undefined {
  if (value(place.bay + 40, place.storey) >= balconies) return undefined;
  const half = Math.min(window.width * 0.85, bay * 0.46);
  const rail = window.height * 0.52;
  const slab = window.height + 1;
  if (Math.abs(place.u) > half || place.v < rail || place.v > slab + 5) return undefined;
  if (place.v > slab + 2.5) return tone.wall * 0.55;
  if (place.v > slab) return tone.trim * 0.9;
  const isBar = place.v < rail + 1.3 || ((place.u % 3) + 3) % 3 < 1.1;
  return isBar ? 0.1 : undefined;
}

function pane(plan: Plan, place: Place): number | undefined {
  const { window, frame, panes, tone } = plan;
  const [x, y] = [place.u + window.width / 2, place.v];
  if (x < 0 || x > window.width || y < 0 || y > window.height) return undefined;
  const isFrame =
    nearBar(x, window.width, panes.columns, frame) || nearBar(y, window.height, panes.rows, frame);
  return isFrame ? tone.trim : glass(plan, place, x / window.width, y / window.height);
}

/** Whether `t` in [0, length] is within half a bar of one of the lines that cut the length into `parts`, or its ends. */
function nearBar(t: number, length: number, parts: number, bar: number): boolean {
  const part = length / parts;
  const distance = Math.abs(t - Math.round(t / part) * part);
  const isEnd = t < part / 2 || t > length - part / 2;
  return distance < (isEnd ? bar : bar / 2);
}

/** Behind the window, x and y in [0, 1]: a blind pulled down part of the way, or curtains, or the dark room. */
function glass({ tone, value }: Plan, { bay, storey }: Place, x: number, y: number): number {
  const kind = value(bay, storey);
  const amount = value(bay + 80, storey);
  const room = tone.glass + 0.25 * (amount - 0.5) * (1 - y) + 0.12 * (1 - y);
  if (kind < 0.25 && y < 0.2 + 0.7 * amount) return 0.62 + 0.1 * amount + 0.06 * Math.sin(40 * y);
  if (kind > 0.75 && Math.abs(x - 0.5) > 0.15 + 0.25 * amount) return 0.55 + 0.08 * Math.cos(50 * x);
  return room;
}

function sill({ window, tone }: Plan, { u, v }: Place): number | undefined {
  const beyond = Math.abs(u) - window.width / 2;
  if (beyond > 2) return undefined;
  if (v < 0 && v > -window.sill) return tone.trim;
  if (v > window.height && v < window.height + window.sill) return tone.trim;
  const isShadow = v >= window.height + window.sill && v < window.height + 2 * window.sill;
  return isShadow ? tone.wall * 0.7 : undefined;
}

function shutter({ shutters, window, tone }: Plan, { u, v }: Place): number | undefined {
  const beyond = Math.abs(u) - window.width / 2 - 0.8;
  if (!shutters || beyond < 0 || beyond > window.width * 0.42 || v < 0 || v > window.height) return undefined;
  const slat = (v / 2.4) % 1;
  return tone.wall * 0.45 * (0.75 + 0.5 * slat);
}

/** A band along the house between two storeys, with its shadow. */
function course({ storey, window, tone }: Plan, { v }: Place): number | undefined {
  const fromTop = v + (storey - window.height) / 2;
  if (fromTop < 1.5) return tone.trim * 0.95;
  return fromTop < 2.7 ? tone.wall * 0.75 : undefined;
}

function corniceTone({ tone, cornice }: Plan, below: number): number {
  const t = below / cornice;
  if (t < 0.3) return tone.trim;
  return t < 0.45 ? tone.wall * 0.5 : tone.trim * (1.1 - 0.5 * t);
}

function sky({ tone, eaves }: Plan, x: number, y: number): number {
  return tone.sky - 0.15 * (1 - y / eaves) + 0.02 * Math.sin(x / 25);
}

function wallSurface(random: Random, { tone, siding }: Plan): Picture {
  const rough = roughness(random, siding === 'plaster' ? 4 : 2);
  const value = cellValues(random);
  const course = between(random, 3.5, 6);
  if (siding === 'plaster') return (x, y) => tone.wall + 0.1 * rough(x, y);
  if (siding === 'boards')
    return (x, y) => tone.wall * ((y / course) % 1 < 0.2 ? 0.72 : 1) + 0.04 * rough(x, y);
  return (x, y) => {
    const row = Math.floor(y / course);
    const along = x / (2.3 * course) + (row & 1) / 2;
    const isJoint = y - row * course < 0.9 || (along - Math.floor(along)) * 2.3 * course < 0.9;
    const brick = tone.wall * 0.8 + 0.16 * (value(Math.floor(along), row) - 0.5);
    return (isJoint ? tone.wall : brick) + 0.06 * rough(x, y);
  };
}
