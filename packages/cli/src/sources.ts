import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which sources made a result: SHA-256 in hexadecimal. */
export interface Sources {
  /** Of the model, its training, its data and its measurement: another hash may mean another result */
  readonly model: string;
  /** Of what computes: another hash may mean other rounding, and, if it was at fault, more */
  readonly engine: string;
}

/**
 * The model's sources are all of these folders but the named files. A new file counts until it is named.
 *
 * What is left out changes no network of a given configuration, images and seed. Presets and experiments are
 * configurations, and images have a hash of their own: results hold both.
 */
const NOT_THE_MODEL: Readonly<Record<string, readonly string[]>> = {
  'nlrn/src': ['index', 'presets'],
  'networks/src': ['anatomy', 'index', 'loadWeights', 'recipes'],
  'nn/src': [
    'checkpoint',
    'clock',
    'index',
    'numericText',
    'storedVariables',
    'trainedValues',
    'trainingError',
    'trainingProgress',
    'weights',
  ],
  'data/src': ['dataError', 'dataset', 'eigenvalues', 'index', 'noiseLevel', 'orient', 'synthetic'],
};

/** Folders, with all below them, of what computes. */
const ENGINE = ['autograd/src', 'tensor/src'];

/** Folders, with all below them, of what restores images, and is neither trained here nor of the model. */
const METHODS = ['classic/src', 'networks/src/published'];

const PACKAGES = join(import.meta.dirname, '../..');

/** The hashes of the sources in a folder of packages, by default those that run. */
export function hashSources(packages = PACKAGES): Sources {
  const model = Object.entries(NOT_THE_MODEL).flatMap(([folder, others]) =>
    filesOf(packages, folder, others),
  );
  return { model: hashOf(packages, model), engine: hashOfFolders(packages, ENGINE) };
}

/** The hash of the sources of other methods than networks that are trained here: a comparison's results depend on these, too. */
export function hashMethods(packages = PACKAGES): string {
  return hashOfFolders(packages, METHODS);
}

function hashOfFolders(packages: string, folders: readonly string[]): string {
  return hashOf(
    packages,
    folders.flatMap((folder) => filesBelow(packages, folder)),
  );
}

/** The TypeScript files of a folder, not of those below it, without some. Throws for one of those that is not there. */
function filesOf(packages: string, folder: string, others: readonly string[]): string[] {
  const all = readdirSync(join(packages, folder)).filter((name) => name.endsWith('.ts'));
  const left = others.map((name) => `${name}.ts`);
  const missing = left.find((name) => !all.includes(name));
  if (missing !== undefined)
    throw new Error(`${folder}/${missing}: is named as none of the model, and is not there`);
  return all.filter((name) => !left.includes(name)).map((name) => `${folder}/${name}`);
}

function filesBelow(packages: string, folder: string): string[] {
  return readdirSync(join(packages, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

function hashOf(packages: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash.update(`${file}\0${withoutComments(readFileSync(join(packages, file), 'utf8'))}\0`);
  }
  return hash.digest('hex');
}

/** The lines of a source, without the comments that begin one, and without indentation, whatever ends them. */
function withoutComments(source: string): string {
  const lines = trimmedLines(source).join('\n');
  return trimmedLines(lines.replaceAll(/^(?:\/\/.*|\/\*[\s\S]*?\*\/)/gm, ''))
    .filter((line) => line !== '')
    .join('\n');
}

function trimmedLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.trim());
}
