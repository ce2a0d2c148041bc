import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where the figures come from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly platform: string;
  readonly node: string;
  readonly commit: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    commit: commit(),
  };
}

/** `Intel(R) Xeon(R) Processor`, 2 cores -> `intel-r-xeon-r-processor-2-cores` */
export function machineSlug({ cpu, cores }: Pick<Machine, 'cpu' | 'cores'>): string {
  return `${cpu} ${cores} cores`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The commit that is checked out, with `+` if sources have been changed; `unknown` outside a repository. */
function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--', ':/', ':!/results').trim();
    return `${git('rev-parse', 'HEAD').trim()}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
