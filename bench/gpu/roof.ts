/// <reference types="@webgpu/types" />
import type { DeviceClock } from './deviceClock.ts';

/** Independent sums of four numbers that each thread keeps in registers: enough to hide the latency of multiply-adds. */
const SUMS = 8;
const LANES = 4;
const STEPS = 1024;
const GROUP = 256;

const STORAGE = 0x80;

/** Each thread adds to its sums over and over; they are stored so that no compiler leaves them out. */
function source(): string {
  const each = (line: (i: number) => string) => Array.from({ length: SUMS }, (_, i) => line(i)).join('\n');
  return `
@group(0) @binding(0) var<storage, read_write> values: array<vec4f>;
@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = values[0];
  let term = values[1];
  ${each((i) => `var s${i} = vec4f(f32(id.x + ${i}u));`)}
  for (var step = 0; step < ${STEPS}; step++) {
    ${each((i) => `s${i} = fma(s${i}, factor, term);`)}
  }
  values[id.x] = ${Array.from({ length: SUMS }, (_, i) => `s${i}`).join(' + ')};
}`;
}

/** The GPU's limit as a kernel reaches it: operations a second of multiply-adds in registers, the best of `rounds`. */
export async function measureRoof(
  device: GPUDevice,
  clock: DeviceClock,
  groups: number,
  rounds = 5,
): Promise<number> {
  const module = device.createShaderModule({ code: source() });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  });
  const buffer = device.createBuffer({ size: groups * GROUP * LANES * 4, usage: STORAGE });
  const entries = [{ binding: 0, resource: { buffer } }];
  const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const run = async () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  const operations = groups * GROUP * STEPS * SUMS * LANES * 2;
  let best = 0;
  for (let i = 0; i < rounds; i++)
    best = Math.max(best, operations / (await clock.time(run, 1)).device / 1e-3);
  buffer.destroy();
  return best;
}
