import { grad } from '@nlrn/autograd';
import { input, matmul, mul, square, sub, sum, variable, wasmBackend } from '@nlrn/tensor';

const w = variable('w', [3, 1], [0, 0, 0]);
const x = input('x', [4, 3]);
const y = input('y', [4, 1]);
const loss = sum(square(sub(matmul(x, w), y)));
const [dw] = grad(loss, [w]);

const backend = await wasmBackend();
const step = backend.compile({ outputs: { loss }, updates: new Map([[w, sub(w, mul(0.05, dw))]]) });
const data = { x: [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1], y: [1, 2, 3, 6] };
for (let i = 1; i <= 50; i++) {
  const { loss } = await step.run(data);
  if (i % 10 === 1) console.log(`step ${i}: loss ${loss[0]!.toFixed(6)}`);
}
console.log(`w = ${[...(await backend.read(w))].map((value) => value.toFixed(2)).join(', ')}`);
await backend.dispose();
