// Slow: compiles kernels of gpu.js.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, BackendError, full, input, mul, variable } from '../../../src/index.ts';
import { testedBackends } from '../../testedBackends.ts';

const STEPWISE = ['gpujs headlessgl', 'gpujs webasm', 'gpujs cpu'];

for (const { name, open } of testedBackends.filter((backend) => STEPWISE.includes(backend.name))) {
  const stepwise = suite(name);
  stepwise('instruction by instruction a program computes what it computes in one piece', async () => {
    const backend = await open();
    const x = variable('x', [3], [1, 2, 3]);
    const executable = backend.compile({ outputs: {}, updates: new Map([[x, add(mul(x, x), 1)]]) });
    const times = await executable.profile!();
    assert.equal([...(await backend.read(x))], [2, 5, 10]);
    assert.equal(
      times.map(({ instruction }) => instruction),
      executable.program.instructions,
    );
    await executable.run();
    assert.equal([...(await backend.read(x))], [5, 26, 101]);
    await backend.dispose();
  });

  if (name !== 'gpujs cpu') {
    stepwise('a kernel that needs more memory than it can have is refused with both sizes', async () => {
      const backend = await open();
      const y = add(full([2 ** 31], 1), input('x', []));
      assert.throws(
        () => backend.compile({ outputs: { y } }),
        (error: Error) =>
          error instanceof BackendError &&
          /^add needs .* for a kernel of mode .*, which can have .*: take a smaller batch, .* or the backend wasm$/.test(
            error.message,
          ),
      );
      await backend.dispose();
    });
  }
  stepwise.run();
}
