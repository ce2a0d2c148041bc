/// <reference types="@webgpu/types" />

/** Timestamps come in pairs: before and after what was submitted. */
const PAIR = 2;
/** Submits that can be timed at once: a set has up to 4096 timestamps. */
export const MOST_SUBMITS = 4096 / PAIR;
const BYTES = 8;

/** The device's time before and after a submit, in nanoseconds. */
type Stamps = readonly [before: bigint, after: bigint];

/** As `GPUBufferUsage` and `GPUMapMode`, which are globals only in browsers. */
const MAP_READ = 0x01;
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const QUERY_RESOLVE = 0x200;

/** What some submits took, in milliseconds. */
export interface Span {
  /** All of them, each by itself */
  readonly device: number;
  /** From the first's begin to the last's end, with the gaps in which the device waits for the host */
  readonly whole: number;
}

/**
 * Times work by the GPU's own clock, without the way to the GPU and back.
 *
 * While it times, it puts a timestamp before and after everything that is submitted to the device.
 */
export class DeviceClock {
  /** Whether the device has a clock; where it has none, the host's is used. */
  readonly isDevice: boolean;
  private readonly device: GPUDevice;

  constructor(device: GPUDevice) {
    this.device = device;
    this.isDevice = device.features.has('timestamp-query');
  }

  /** Milliseconds of each submit of a task, which submits at most `most` times; undefined for a device without a clock. */
  async eachSubmit(task: () => Promise<unknown>, most: number): Promise<number[] | undefined> {
    const stamps = await this.stamps(task, most);
    return stamps && durations(stamps);
  }

  /** Milliseconds of all submits of a task, of which there is at least one; on a device without a clock those of the host. */
  async time(task: () => Promise<unknown>, most: number): Promise<Span> {
    const start = performance.now();
    const stamps = await this.stamps(task, most);
    if (!stamps) {
      const whole = performance.now() - start;
      return { device: whole, whole };
    }
    const device = durations(stamps).reduce((sum, duration) => sum + duration, 0);
    return { device, whole: milliseconds(stamps[0]![0], stamps.at(-1)![1]) };
  }

  /** Of each submit of a task; undefined if the device has no clock. */
  private async stamps(task: () => Promise<unknown>, most: number): Promise<Stamps[] | undefined> {
    if (!this.isDevice) {
      await task();
      return undefined;
    }
    const { device } = this;
    const { queue } = device;
    const queries = device.createQuerySet({ type: 'timestamp', count: PAIR * most });
    let submits = 0;
    const submit = queue.submit.bind(queue);
    queue.submit = (commands) => {
      if (submits === most) throw new Error(`more than ${most} submits`);
      const [before, after] = [PAIR * submits, PAIR * submits + 1];
      submits++;
      submit([
        this.stamp({ querySet: queries, beginningOfPassWriteIndex: before }),
        ...commands,
        this.stamp({ querySet: queries, endOfPassWriteIndex: after }),
      ]);
    };
    try {
      await task();
    } finally {
      queue.submit = submit;
    }
    const stamps = submits > 0 ? await this.read(queries, PAIR * submits) : [];
    queries.destroy();
    return Array.from({ length: submits }, (_, i) => [stamps[PAIR * i]!, stamps[PAIR * i + 1]!] as const);
  }

  /** An empty pass that takes a timestamp. */
  private stamp(timestampWrites: GPUComputePassTimestampWrites): GPUCommandBuffer {
    const encoder = this.device.createCommandEncoder();
    encoder.beginComputePass({ timestampWrites }).end();
    return encoder.finish();
  }

  private async read(queries: GPUQuerySet, count: number): Promise<BigUint64Array> {
    const { device } = this;
    const size = count * BYTES;
    const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
    const mapped = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(queries, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, mapped, 0, size);
    device.queue.submit([encoder.finish()]);
    await mapped.mapAsync(MAP_READ);
    const stamps = new BigUint64Array(mapped.getMappedRange().slice(0));
    resolved.destroy();
    mapped.destroy();
    return stamps;
  }
}

/**
 * Milliseconds of each submit.
 *
 * A device may take the time before a submit while it still computes the one before, which is not counted twice.
 */
export function durations(stamps: readonly Stamps[]): number[] {
  return stamps.map(([before, after], i) => {
    const free = stamps[i - 1]?.[1] ?? before;
    return Math.min(milliseconds(before, after), milliseconds(free, after));
  });
}

function milliseconds(before: bigint, after: bigint): number {
  return Number(after - before) / 1e6;
}
