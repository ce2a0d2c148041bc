import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileForGpu, isCopy, lowerProgram, PER_THREAD } from '../../../src/backends/gpujs/compile.ts';
import { type BufferPlace, constant, type Dispatch } from '../../../src/backends/gpujs/lower/dispatch.ts';
import { openMode } from '../../../src/backends/gpujs/open.ts';
import { recordingBackend } from '../../../src/backends/gpujs/recording.ts';
import { storageOf, translate, withHalves } from '../../../src/backends/gpujs/translate.ts';
import {
  add,
  type Backend,
  BackendError,
  cast,
  conv2d,
  type Dtype,
  type Graph,
  input,
  matmul,
  mul,
  neg,
  referenceBackend,
  type Tensor,
  type Variable,
  variable,
} from '../../../src/index.ts';
import { testedBackends } from '../../testedBackends.ts';
import { nullDevice } from './nullDevice.ts';

test('gpu.js has the version whose inner workings are used', () => {
  const path = createRequire(import.meta.url).resolve('gpu.js/package.json');
  assert.is(JSON.parse(readFileSync(path, 'utf8')).version, '2.24.1');
});

test('what is stored as float16 is uploaded as bytes', async () => {
  const device = await nullDevice(['shader-f16']);
  const adapter = { name: 'nothing', driver: 'Dawn', software: true };
  const { gpu } = await openMode('cpu');
  const backend = recordingBackend({ mode: 'webgpu', gpu, adapter, limits: {}, device });
  const w = variable('w', [3], [0.5, 2, -1], { dtype: 'float16' });
  const { queue } = device;
  const write = queue.writeBuffer.bind(queue);
  const uploads: number[][] = [];
  queue.writeBuffer = (buffer, at, data, offset, size) => {
    uploads.push([...new Uint16Array(data as ArrayBuffer, offset, size! / 2)]);
    write(buffer, at, data, offset, size);
  };
  await backend.read(w);
  backend.write(w, [1, 0.25, 4]);
  await backend.read(w);
  // Sign, five bits of exponent, which begin at 15, ten bits; then what makes them whole words.
  assert.equal(uploads, [
    [0x3800, 0x4000, 0xbc00, 0],
    [0x3c00, 0x3400, 0x4400, 0],
  ]);
  await backend.dispose();
});
test.run();

/** As `GPUBufferUsage` has it, which is a global only once WebGPU has been opened. */
const MAP_READ = 0x01;

if (testedBackends.some(({ name }) => name === 'gpujs webgpu')) {
  const recording = suite('gpujs webgpu');

  const failureOf = (attempt: Promise<unknown>): Promise<Error> =>
    attempt.then(
      () => assert.unreachable('did not fail') as never,
      (error: Error) => error,
    );

  recording('a translated kernel has the bindings and the groups that the recording gives it', async () => {
    const { gpu } = await openMode('webgpu');
    const place = { ...constant(0), shape: [8] };
    const source = 'function (x, y) {\nreturn x[this.thread.x] + y[this.thread.x];\n}';
    const call = { source, perThread: 1, inputs: [place, place], outputs: [place] as [BufferPlace] } as const;
    const line = translate(gpu, { ...call, grid: [8] });
    assert.match(line, '@group(0) @binding(0) var<uniform> params');
    assert.match(
      line,
      /outputX : u32,\s+outputY : u32,\s+outputZ : u32,\s+dispatchWidth : u32,\s+user_x_dims/,
    );
    assert.match(line, '@group(0) @binding(1) var<storage, read> user_x : array<f32>');
    assert.match(line, '@group(0) @binding(2) var<storage, read> user_y : array<f32>');
    assert.match(line, '@group(0) @binding(3) var<storage, read_write> result : array<f32>');
    assert.match(line, '@workgroup_size(64, 1, 1)');
    assert.match(translate(gpu, { ...call, grid: [8, 2] }), '@workgroup_size(8, 8, 1)');
    assert.match(translate(gpu, { ...call, grid: [8, 1, 2] }), '@workgroup_size(8, 8, 1)');
  });

  recording(
    'what is stored as float16 is float32 as soon as it is read, and until it is written',
    async () => {
      const { gpu } = await openMode('webgpu');
      const at = (offset: number, dtype: Dtype) =>
        ({ shape: [8], dtype, memory: { kind: 'arena', offset } }) as const;
      const source =
        'function (x, y, z) {\nreturn x[this.thread.x] + y[this.thread.x] * z[this.thread.x];\n}';
      const inputs = [at(0, 'float16'), at(64, 'float32'), at(128, 'float16')];
      const call: Dispatch = { source, grid: [8], perThread: 1, inputs, outputs: [at(128, 'float16')] };
      const text = withHalves(translate(gpu, call), call);
      assert.match(text, /^enable f16;\n/);
      assert.match(text, /@binding\(1\) var<storage, read> user_x : array<f16>;/);
      assert.match(text, /@binding\(2\) var<storage, read> user_y : array<f32>;/);
      assert.match(text, /@binding\(4\) var<storage, read_write> result : array<f16>;/);
      assert.match(text, /fn get_user_x\([^)]*\) -> f32 \{\s+return f32\(user_x\[.*\]\);/);
      assert.match(text, /fn get_user_y\([^)]*\) -> f32 \{\s+return user_y\[.*\];/);
      assert.match(text, /fn get_user_z\([^)]*\) -> f32 \{\s+return f32\(result\[.*\]\);/);
      assert.match(text, /result\[data_index\] = f16\(.*\);return;/);
    },
  );

  recording('a kernel by hand is, too', () => {
    const half = { dtype: 'float16' } as const;
    const y = matmul(input('a', [64, 64], half), input('b', [64, 64]));
    const [call] = lowerProgram(compileForGpu({ outputs: { y } }, PER_THREAD), PER_THREAD).flatMap(
      ({ calls }) => calls.filter((call): call is Dispatch => !isCopy(call)),
    );
    const text = withHalves(call!.byHand!.shader(undefined).wgsl, call!);
    assert.match(text, /@binding\(1\) var<storage, read> a : array<f16>;/);
    assert.match(text, /@binding\(2\) var<storage, read> b : array<vec4f>;/);
    assert.match(text, /left0 = f32\(a\[[^\]]*\]\);/);
    assert.match(text, /right0 = b\[[^\]]*\];/);
  });

  recording(
    'float16 is computed where the device has shader-f16, and refused by name elsewhere',
    async () => {
      const { device } = await openMode('webgpu');
      const backend = recordingBackend(await openMode('webgpu'));
      // Of an odd number: WebGPU copies whole words of two.
      const w = variable('w', [3], [0.1, 0.2, 0.3], { dtype: 'float16' });
      const next = cast(mul(w, 3), 'float16');
      const graph: Graph = { outputs: { y: add(next, 1) }, updates: new Map([[w, next]]) };
      if (!device!.features.has('shader-f16')) {
        console.log('SKIP float16 on webgpu: this device has no shader-f16');
        assert.throws(() => backend.compile(graph), /^w is float16, and this GPU stores float32 alone/);
      } else {
        const reference = referenceBackend({ precision: 'float32' });
        const values = async (on: Backend) => {
          const { y } = await on.compile(graph).run();
          return [[...y!], [...(await on.read(w))]];
        };
        assert.equal(await values(backend), await values(reference));
      }
      await backend.dispose();
    },
  );

  recording(
    'each of several outputs has a binding, by which an input that is written over is read',
    async () => {
      const { gpu } = await openMode('webgpu');
      const at = (offset: number) =>
        ({ shape: [8], dtype: 'float32', memory: { kind: 'arena', offset } }) as const;
      const source = 'function (x, y) {\nreturn [x[this.thread.x] + y[this.thread.x], y[this.thread.x]];\n}';
      const call = { source, perThread: 2, inputs: [at(0), at(16)], outputs: [at(32), at(16)] } as const;
      const text = translate(gpu, { ...call, grid: [8] });
      const storage = [...text.matchAll(/@binding\((\d)\) var<storage, (\w+)> (\w+)/g)].map(
        ([, ...rest]) => rest,
      );
      assert.equal(storage, [
        ['1', 'read', 'user_x'],
        ['3', 'read_write', 'result0'],
        ['4', 'read_write', 'result1'],
      ]);
      assert.match(text, /fn get_user_y\([^)]*\) -> f32 \{\s+return result1\[/);
      assert.match(text, 'result0[data_index] = kernelResultVec.x');
      assert.match(text, 'result1[data_index] = kernelResultVec.y');
      assert.equal(
        storageOf(call).map(({ binding, place }) => [binding, place]),
        [
          [1, at(0)],
          [3, at(32)],
          [4, at(16)],
        ],
      );
    },
  );

  recording('a run is one submit, and its host time is told', async () => {
    const open = await openMode('webgpu');
    const { queue } = open.device!;
    const submit = queue.submit.bind(queue);
    let submits = 0;
    queue.submit = (buffers) => {
      submits++;
      return submit(buffers);
    };
    const backend = recordingBackend(open);
    const [a, b] = [variable('a', [2], [1, 2]), variable('b', [2], [3, 4])];
    const swapped = new Map<Variable, Variable>([
      [a, b],
      [b, a],
    ]);
    const program = backend.compile({ outputs: { y: add(mul(a, 2), b) }, updates: swapped });
    assert.equal([...(await program.run()).y!], [5, 8]);
    submits = 0;
    assert.equal([...(await program.run()).y!], [7, 10]);
    assert.is(submits, 1);
    assert.ok(program.hostTime!.record > 0 && program.hostTime!.replay > 0);
    const times = await program.profile!();
    assert.equal(
      times.map(({ instruction }) => instruction),
      program.program.instructions,
    );
    assert.equal([...(await program.run()).y!], [7, 10]);
    Reflect.deleteProperty(queue, 'submit');
    await backend.dispose();
  });

  recording(
    'a run is submitted while another is computed, of which no more than two are on their way',
    async () => {
      const open = await openMode('webgpu');
      const { queue } = open.device!;
      const [create, submit] = [open.device!.createBuffer.bind(open.device), queue.submit.bind(queue)];
      let [forReading, submits] = [0, 0];
      open.device!.createBuffer = (descriptor) => {
        if (descriptor.usage & MAP_READ) forReading++;
        return create(descriptor);
      };
      queue.submit = (buffers) => {
        submits++;
        return submit(buffers);
      };
      const backend = recordingBackend(open);
      const n = variable('n', [1], [0]);
      const program = backend.compile({ outputs: { y: neg(n) }, updates: new Map([[n, add(n, 1)]]) });
      const run = async () => ({ y: (await program.run()).y![0]!, submits });
      const runs = [run(), run(), run(), run(), run()];
      // Waits for them, too.
      const gone = Promise.all([...runs, program.run()]).then(() => submits);
      const values = await Promise.all(runs);
      assert.equal(
        values.map(({ y }) => y),
        [0, -1, -2, -3, -4],
      );
      assert.is(values[0]!.submits, 2);
      assert.is(await gone, 6);
      assert.is(forReading, 2);
      Reflect.deleteProperty(open.device!, 'createBuffer');
      Reflect.deleteProperty(queue, 'submit');
      await backend.dispose();
    },
  );

  recording('a backend is disposed of when the runs that are on their way have been read', async () => {
    const backend = recordingBackend(await openMode('webgpu'));
    const program = backend.compile({ outputs: { y: neg(input('x', [1])) } });
    const runs = [program.run({ x: [1] }), program.run({ x: [2] })];
    await backend.dispose();
    assert.equal(
      (await Promise.all(runs)).map(({ y }) => y![0]),
      [-1, -2],
    );
  });

  recording('what is written between two runs comes between them', async () => {
    const backend = recordingBackend(await openMode('webgpu'));
    const w = variable('w', [1], [1]);
    const program = backend.compile({ outputs: { y: neg(w) } });
    const runs = [program.run()];
    backend.write(w, [2]);
    runs.push(program.run());
    const read = backend.read(w);
    backend.write(w, [3]);
    const found = await Promise.all(runs);
    assert.equal(
      found.map(({ y }) => y![0]),
      [-1, -2],
    );
    assert.equal([...(await read)], [2]);
    await backend.dispose();
  });

  recording('programs that need a larger arena do not disturb those that were recorded before', async () => {
    const backend = recordingBackend(await openMode('webgpu'));
    const [x, z] = [input('x', [2]), input('z', [1000])];
    const small = backend.compile({ outputs: { y: neg(neg(x)) } });
    const large = backend.compile({ outputs: { y: neg(neg(z)) } });
    const many = Float32Array.from({ length: 1000 }, (_, i) => i);
    for (let i = 0; i < 3; i++) {
      assert.equal([...(await small.run({ x: [i, 1] })).y!], [i, 1]);
      assert.equal([...(await large.run({ z: many })).y!], [...many]);
    }
    await backend.dispose();
  });

  recording('a value larger than a buffer may be is refused with both sizes and the remedy', async () => {
    const open = await openMode('webgpu');
    const backend = recordingBackend(open);
    const { maxStorageBufferBindingSize, maxBufferSize } = open.device!.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    const x = input('x', [Math.floor(most / 4) + 1]);
    assert.throws(
      () => backend.compile({ outputs: { y: neg(x) } }),
      (error: Error) =>
        error instanceof BackendError &&
        /^neg needs .* in one buffer, this GPU's driver allows .*: take a smaller batch, .* or the backend wasm$/.test(
          error.message,
        ),
    );
    await backend.dispose();
  });

  recording('too many groups of threads are refused with their number and the remedy', async () => {
    const open = await openMode('webgpu');
    const backend = recordingBackend(open);
    const batch = open.device!.limits.maxComputeWorkgroupsPerDimension + 1;
    const x = input('x', [batch, 1, 1]);
    assert.throws(
      () => backend.compile({ outputs: { y: matmul(x, x) } }),
      (error: Error) =>
        error instanceof BackendError &&
        error.message.startsWith(`matmul needs ${batch} groups of threads along z, this GPU's driver allows`),
    );
    await backend.dispose();
  });

  recording('where a kernel by hand had too many groups, the plain one is taken', async () => {
    const backend = recordingBackend(await openMode('webgpu'), { byHand: 'always' });
    const [side, block] = [2100, 64];
    assert.ok(side ** 2 / block > 65_535);
    backend.compile({ outputs: { y: conv2d(input('x', [1, side, side, 1]), input('w', [3, 3, 1, 4])) } });
    await backend.dispose();
  });

  recording('a kernel that is refused is a fault of its program alone', async () => {
    const open = await openMode('webgpu');
    const [backend, other] = [recordingBackend(open), recordingBackend(open)];
    const device = open.device!;
    const create = device.createShaderModule.bind(device);
    const faultOf = async (y: Tensor) => {
      const error = await failureOf(backend.compile({ outputs: { y } }).run({ x: [1, 2, 3] }));
      assert.instance(error, BackendError);
      return error.message;
    };
    const refused = /^gpujs webgpu: a kernel is refused \(.*\); update the graphics driver, or take /s;
    device.createShaderModule = (descriptor) => create({ ...descriptor, code: 'no WGSL' });
    assert.match(await faultOf(neg(input('x', [3]))), refused);
    Reflect.deleteProperty(device, 'createShaderModule');
    device.createComputePipelineAsync = () => Promise.reject(new Error('too many registers'));
    assert.match(await faultOf(mul(input('x', [3]), 7)), refused);
    Reflect.deleteProperty(device, 'createComputePipelineAsync');
    for (const one of [backend, other]) {
      const { y } = await one.compile({ outputs: { y: add(input('x', [2]), 1) } }).run({ x: [1, 2] });
      assert.equal([...y!], [2, 3]);
      await one.dispose();
    }
  });

  recording(
    'when the GPU has no memory left, the size and the remedy are told, again and again',
    async () => {
      const open = await openMode('webgpu');
      const device = open.device!;
      const backend = recordingBackend(open);
      const program = backend.compile({ outputs: { y: neg(input('x', [1000])) } });
      // The kernel is compiled: what is simulated befalls the buffers.
      await backend.compile({ outputs: { y: neg(input('x', [1])) } }).run({ x: [1] });
      const pop = device.popErrorScope.bind(device);
      device.popErrorScope = async () => {
        await pop();
        return { message: 'simulated' };
      };
      const feeds = { x: new Float32Array(1000) };
      for (const attempt of [1, 2]) {
        const error = await failureOf(program.run(feeds));
        assert.instance(error, BackendError, `attempt ${attempt}`);
        assert.match(
          error.message,
          /^the GPU has no memory left for 3\.9 kB of buffers: take a smaller batch/,
        );
      }
      Reflect.deleteProperty(device, 'popErrorScope');
      await backend.dispose();
    },
  );

  recording('a device that is lost is told, and the next backend has a new one', async () => {
    const open = await openMode('webgpu');
    const backend = recordingBackend(open);
    const program = backend.compile({ outputs: { y: neg(input('x', [2])) } });
    await program.run({ x: [1, 2] });
    const onTheirWay = [program.run({ x: [1, 2] }), program.run({ x: [1, 2] })].map(failureOf);
    open.device!.destroy();
    await open.device!.lost;
    for (const { message } of await Promise.all(onTheirWay)) assert.match(message, /the device was lost/);
    const error = await failureOf(program.run({ x: [1, 2] }));
    assert.instance(error, BackendError);
    assert.match(error.message, /the device was lost.*; go on from what was saved last/);
    await backend.dispose();
    const other = recordingBackend(await openMode('webgpu'));
    const again = other.compile({ outputs: { y: neg(input('x', [2])) } });
    assert.equal([...(await again.run({ x: [1, 2] })).y!], [-1, -2]);
    await other.dispose();
  });
  recording.run();
}
