/** Operations that the library does not have: an expression for every backend, a kernel, and a gradient of one's own. */
import { checkGrads, definePrimitive, grad, withGradient } from '@nlrn/autograd';
import {
  add,
  base,
  div,
  elementwise,
  exp,
  flip,
  log,
  mul,
  neg,
  print,
  Random,
  type Shape,
  sum,
  type Tensor,
  variable,
  wasmBackend,
} from '@nlrn/tensor';

/** sqrt(x² + epsilon²), a distance that is smooth at 0: the formula of one element. */
const charbonnier = definePrimitive({
  name: 'charbonnier',
  shapes: ([x]: readonly [x: Shape], _: { epsilon: number }): readonly [y: Shape] => [x],
  expressions: ([x], { epsilon }) => [
    elementwise(x.shape, [x], (t) => base.sqrt(base.add(base.mul(t, t), epsilon ** 2))),
  ],
  vjp: ({ g: [g], x: [x], y: [y] }) => [mul(g, div(x, y))],
});

/** The sum of a list's elements up to each of them: a loop, for the reference backend. */
const runningSum = definePrimitive({
  name: 'runningSum',
  shapes: ([x]: readonly [x: Shape]): readonly [y: Shape] => [x],
  kernel([x], [y]) {
    let total = 0;
    for (const [i, value] of x.data.entries()) {
      total += value;
      y.data[i] = total;
    }
  },
  vjp: ({ g: [g] }): [Tensor] => [flip(runningSum([flip(g, [0])], {})[0], [0])],
});

/** log(1 + exp(x)), whose gradient would be infinity by infinity for large x. */
const softplus = withGradient(
  function softplus(x: Tensor) {
    return log(add(1, exp(x)));
  },
  ({ g: [g], x: [x] }) => [div(g, add(1, exp(neg(x))))],
);

const x = variable('x', [3], [3, 0, -4]);
const random = new Random('example');
for (const [name, f] of Object.entries({
  charbonnier: (x: Tensor) => charbonnier([x], { epsilon: 0.5 }),
  runningSum: (x: Tensor) => runningSum([x], {}),
  softplus: (x: Tensor) => [softplus(x)],
})) {
  const error = await checkGrads(f, [x], () => random.uniform());
  console.log(`the gradient of ${name} is right: ${error < 1e-6}`);
}

const [distance] = charbonnier([x], { epsilon: 4 });
const [dx] = grad(sum(distance), [x]);
print(dx);
const backend = await wasmBackend();
const found = await backend.compile({ outputs: { distance, dx } }).run();
console.log([...found.distance].map((value) => value.toFixed(2)).join(' '));
console.log([...found.dx].map((value) => value.toFixed(2)).join(' '));
await backend.dispose();
