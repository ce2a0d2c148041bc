import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ARITHMETIC_FLOPS, buildRoof } from '../peers/roofKernels.ts';
import { type Contestant, ProcessContestant } from './contestants.ts';
import { openOnnxRuntime } from './onnxruntime.ts';
import { Peer } from './peer.ts';

/** Everybody who takes part, and a note for each who cannot. */
export interface Contest {
  readonly contestants: readonly Contestant[];
  readonly notes: readonly string[];
}

/** Ours and the roof for each number of threads, and the peers unless they are not wanted. */
export async function openContest(threads: readonly number[], withPeers: boolean): Promise<Contest> {
  await buildRoof();
  const own = [...threads.map((n) => threaded('ours', n)), ...threads.map(roof)];
  if (!withPeers) return { contestants: own, notes: [] };
  const peers = [torches(threads), onnxes(threads)];
  return {
    contestants: [...own, tfjs(), ...peers.flatMap(({ contestants }) => contestants)],
    notes: peers.flatMap(({ notes }) => notes),
  };
}

function torches(threads: readonly number[]): Contest {
  const python = findPython();
  if (!python) return skipped('PyTorch, no python3 here can `import torch`');
  return { contestants: threads.map((n) => torch(python, n)), notes: [] };
}

function onnxes(threads: readonly number[]): Contest {
  try {
    openOnnxRuntime();
    return { contestants: threads.map((n) => threaded('onnx', n)), notes: [] };
  } catch (error) {
    return skipped(`onnxruntime, ${(error as Error).message}`);
  }
}

function skipped(whoAndWhy: string): Contest {
  return { contestants: [], notes: [`skipped: ${whoAndWhy}`] };
}

const PEERS = join(import.meta.dirname, '../peers');

/** A peer that is a program for Node, run as this process is. */
function startNode(file: string, ...args: readonly (string | number)[]): Promise<Peer> {
  return Peer.start(process.execPath, [...process.execArgv, join(PEERS, file), ...args.map(String)]);
}

/** A peer whose program for Node has its name and takes a number of threads. */
function threaded(name: 'ours' | 'onnx', threads: number): Contestant {
  return new ProcessContestant(name, threads, {
    open: async () => [await startNode(`${name}.ts`, threads)],
  });
}

function tfjs(): Contestant {
  return new ProcessContestant('tfjs', 1, { open: async () => [await startNode('tfjs.ts')] });
}

/** The machine's limit, arithmetic or memory as the workload counts: one process a thread, each with its share. */
function roof(threads: number): Contestant {
  return new ProcessContestant('roof', threads, {
    open({ bytes }) {
      const args = bytes === undefined ? ['arithmetic'] : ['memory', Math.ceil(bytes / threads)];
      return Promise.all(Array.from({ length: threads }, () => startNode('roof.ts', ...args)));
    },
    amount: ({ bytes }) => bytes ?? ARITHMETIC_FLOPS * threads,
  });
}

function torch(python: string, threads: number): Contestant {
  const count = `${threads}`;
  // PyTorch's own setting does not reach OpenBLAS.
  const threadCount = { OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count };
  // Without these glibc gives large blocks back to the system at once, and PyTorch's steps pay for new pages each time.
  const keepMemory = { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '17179869184' };
  const env = { ...threadCount, ...keepMemory, PYTHONDONTWRITEBYTECODE: '1' };
  return new ProcessContestant('torch', threads, {
    open: async () => [await Peer.start(python, [join(PEERS, 'torch_peer.py'), count], env)],
    keep: true,
  });
}

/** A Python that has PyTorch: the path's, or the system's, which is where Debian's package is. */
function findPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}
