import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where figures and results come from: machine, versions, program. */
export interface Machine {
  readonly cpu: string;
  /** Numbers that tell processors of the same name apart, as Linux gives them: see `cpuKind` */
  readonly cpuKind?: string;
  readonly cores: number;
  readonly memoryGB: number;
  /** System and architecture, such as `linux x64` */
  readonly platform: string;
  readonly node: string;
  /** See `commitOf` */
  readonly commit: string;
}

const CPU_INFO = '/proc/cpuinfo';

const ROOT = join(import.meta.dirname, '../../..');

export function describeMachine(): Machine {
  const kind = existsSync(CPU_INFO) ? cpuKind(readFileSync(CPU_INFO, 'utf8')) : undefined;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    ...(kind && { cpuKind: kind }),
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    commit: commitOf(ROOT),
  };
}

/** `AMD EPYC`, `family 25 model 17` -> `AMD EPYC (family 25 model 17)` */
export function describeProcessor({ cpu, cpuKind }: Pick<Machine, 'cpu' | 'cpuKind'>): string {
  return cpuKind === undefined ? cpu : `${cpu} (${cpuKind})`;
}

/** What Linux numbers a processor by: x86 its family and model, ARM its implementer and part. */
const KIND = /^(?:cpu (family)|(model)|CPU (implementer|part))\s*: (.+)$/gm;

/**
 * The kind of the first processor of /proc/cpuinfo, such as `family 25 model 17`; undefined if it says none.
 *
 * Virtual machines often give generations that differ in speed and instructions one name, `AMD EPYC`.
 */
export function cpuKind(cpuInfo: string): string | undefined {
  const [first = ''] = cpuInfo.split('\n\n');
  const numbers = [...first.matchAll(KIND)].map(
    ([, family, model, arm, value]) => `${family ?? model ?? arm} ${value}`,
  );
  return numbers.length > 0 ? numbers.join(' ') : undefined;
}

/**
 * The commit that is checked out in a folder, by default this repository's, with `+` if files have been changed or
 * added that are no results; `unknown` outside a repository.
 *
 * An archive of the program (`bench/gpuArchive.sh`) is no repository, but has a file with it.
 */
export function commitOf(folder = ROOT): string {
  const file = join(folder, 'COMMIT');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--', ':/', ':!/results');
    return `${git('rev-parse', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
