import type { Machine } from '@nlrn/cli';

/** `AMD EPYC`, `family 25 model 17`, 2 cores -> `amd-epyc-family-25-model-17-2-cores` */
export function machineSlug({ cpu, cpuKind, cores }: Pick<Machine, 'cpu' | 'cpuKind' | 'cores'>): string {
  return slug([cpu, cpuKind, `${cores} cores`].join(' '));
}

/** A name in letters that any file system takes: `NVIDIA L4 (x)` -> `nvidia-l4-x` */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
