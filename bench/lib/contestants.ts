import type { Workload } from '../workloads.ts';
import type { Peer, Ran } from './peer.ts';

export type ContestantName = 'ours' | 'tfjs' | 'torch' | 'onnx' | 'roof';

/** One column of the comparison: somebody who does a workload with a number of threads. */
export interface Contestant {
  readonly name: ContestantName;
  readonly threads: number;
  readonly version: string;
  /** Makes ready for a workload; says why it cannot, if so. */
  prepare(workload: Workload): Promise<{ plannedBytes?: number; unsupported?: string }>;
  run(repetitions: number, warmUp: number): Promise<Ran>;
  /** The operations, or bytes where the workload counts those, of one run. */
  amount(workload: Workload): number;
  /** Gives back what the workload took. */
  release(): void;
  stop(): void;
}

/** How a contestant's processes come and go. */
interface Processes {
  open(workload: Workload): Promise<Peer[]>;
  amount?(workload: Workload): number;
  /** One set of processes serves all workloads, as it takes seconds to start; otherwise each has a new one. */
  readonly keep?: boolean;
}

/** A contestant that is one or more processes, which run at the same time. */
export class ProcessContestant implements Contestant {
  readonly name: ContestantName;
  readonly threads: number;
  version = 'unknown';
  private readonly processes: Processes;
  private peers: readonly Peer[] = [];

  constructor(name: ContestantName, threads: number, processes: Processes) {
    this.name = name;
    this.threads = threads;
    this.processes = processes;
  }

  async prepare(workload: Workload) {
    if (this.peers.length === 0) this.peers = await this.processes.open(workload);
    this.version = this.peers[0]!.hello.version;
    const [ready] = await Promise.all(this.peers.map((peer) => peer.prepare(workload.spec)));
    return ready!;
  }

  /** The slowest process counts. */
  async run(repetitions: number, warmUp: number): Promise<Ran> {
    const runs = await Promise.all(this.peers.map((peer) => peer.run(repetitions, warmUp)));
    return runs.reduce((slowest, ran) => (ran.milliseconds > slowest.milliseconds ? ran : slowest));
  }

  amount(workload: Workload): number {
    const { flops, bytes, repeated = 1 } = workload;
    return this.processes.amount?.(workload) ?? (flops ?? bytes!) / repeated;
  }

  release(): void {
    if (!this.processes.keep) this.stop();
  }

  stop(): void {
    for (const peer of this.peers) peer.stop();
    this.peers = [];
  }
}
