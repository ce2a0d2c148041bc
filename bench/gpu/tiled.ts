/// <reference types="@webgpu/types" />
import type { Spec, Specs } from '../lib/spec.ts';
import type { GpuContestant } from './contestants.ts';
import type { DeviceClock } from './deviceClock.ts';

/** A group of threads computes a block of BLOCK x BLOCK results, DEPTH products at a time; each thread 4 x 4 of them. */
const BLOCK = 64;
const DEPTH = 16;
const SIDE = BLOCK / 4;

/** As `GPUBufferUsage`, which is a global only in browsers. */
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const STORAGE = 0x80;

/** The parts of a, turned, and of b that a block needs next lie in the group's own memory. */
function source({ M, K, N }: Readonly<Specs['matmul']>): string {
  const four = (line: (i: number) => string) => [0, 1, 2, 3].map(line).join('\n      ');
  return `
@group(0) @binding(0) var<storage, read> a: array<vec4f, ${(M * K) / 4}>;
@group(0) @binding(1) var<storage, read> b: array<vec4f, ${(K * N) / 4}>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f, ${(M * N) / 4}>;
var<workgroup> aTile: array<f32, ${DEPTH * BLOCK}>;
var<workgroup> bTile: array<vec4f, ${DEPTH * SIDE}>;
@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) thread: u32
) {
  let row = group.y * ${BLOCK};
  let column = group.x * ${SIDE} + id.x;
  // Of a, each thread fetches four numbers of one of 64 rows; of b, four of one of 16 rows.
  let r = thread / 4;
  let quad = thread % 4;
  ${four((i) => `var sum${i} = vec4f();`)}
  for (var k = 0u; k < ${K}; k += ${DEPTH}) {
    let fetched = a[(row + r) * ${K / 4} + k / 4 + quad];
    ${four((i) => `aTile[(4 * quad + ${i}) * ${BLOCK} + r] = fetched[${i}];`)}
    bTile[id.y * ${SIDE} + id.x] = b[(k + id.y) * ${N / 4} + column];
    workgroupBarrier();
    for (var d = 0u; d < ${DEPTH}; d++) {
      let y = bTile[d * ${SIDE} + id.x];
      ${four((i) => `sum${i} = fma(vec4f(aTile[d * ${BLOCK} + 4 * id.y + ${i}]), y, sum${i});`)}
    }
    workgroupBarrier();
  }
  ${four((i) => `c[(row + 4 * id.y + ${i}) * ${N / 4} + column] = sum${i};`)}
}`;
}

/** A product by hand-written WGSL in the group's memory: what the engine's kernel, one thread a result, could reach. */
export class TiledProduct implements GpuContestant {
  readonly name = 'wgsl';
  private readonly device: GPUDevice;
  private readonly clock: DeviceClock;
  private submit: () => Promise<unknown> = async () => {};
  private buffers: GPUBuffer[] = [];

  constructor(device: GPUDevice, clock: DeviceClock) {
    this.device = device;
    this.clock = clock;
  }

  canDo(spec: Spec): boolean {
    return spec.kind === 'matmul' && spec.M % BLOCK === 0 && spec.N % BLOCK === 0 && spec.K % DEPTH === 0;
  }

  async prepare(spec: Spec): Promise<void> {
    if (spec.kind !== 'matmul') throw new Error('only products');
    const { M, K, N } = spec;
    const random = (n: number) => Float32Array.from({ length: n }, () => Math.random() - 0.5);
    await this.load(spec, random(M * K), random(K * N));
  }

  async run(repetitions: number, warmUp: number): Promise<number> {
    for (let i = 0; i < warmUp; i++) await this.submit();
    const repeat = async () => {
      for (let i = 0; i < repetitions; i++) await this.submit();
    };
    return (await this.clock.time(repeat, repetitions)) / repetitions;
  }

  /** Makes ready to multiply a [M, K] by b [K, N]; returns the buffer of the product. */
  async load(spec: Specs['matmul'], a: Float32Array, b: Float32Array): Promise<GPUBuffer> {
    const { device } = this;
    for (const buffer of this.buffers) buffer.destroy();
    const { M, N } = spec;
    const usage = STORAGE | COPY_DST | COPY_SRC;
    this.buffers = [a.length, b.length, M * N].map((n) => device.createBuffer({ size: 4 * n, usage }));
    for (const [i, data] of [a, b].entries()) {
      device.queue.writeBuffer(this.buffers[i]!, 0, data as Float32Array<ArrayBuffer>);
    }
    const module = device.createShaderModule({ code: source(spec) });
    const compute = { module, entryPoint: 'main' };
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
    const entries = this.buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    this.submit = () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(N / BLOCK, M / BLOCK);
      pass.end();
      device.queue.submit([encoder.finish()]);
      return device.queue.onSubmittedWorkDone();
    };
    return this.buffers[2]!;
  }
}
