// Slow: compiles some 200 convolutions for each backend.

import {
  type Backend,
  type Border,
  conv2d,
  convTranspose2d,
  input,
  mul,
  sum,
  type Tensor,
} from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../src/grad.ts';
import { readFixture } from './fixture.ts';

/** Norm of the difference over norm of the expected tensor: sums of some dozen products in float32 are good to 1e-6. */
const TOLERANCE = 1e-5;

const fixture = readFixture('convolutions');

/** One convolution of the fixture, and the names of what it is given. */
interface Case {
  readonly title: string;
  readonly image: string;
  readonly filters: string;
  readonly f: (x: Tensor, w: Tensor) => Tensor;
}

/** As in `fixtures/convolutions.py`. */
const PADDING = [
  [1, 2],
  [0, 3],
] as const;
const BORDERS: Readonly<Record<string, { padding: typeof PADDING | 0; border?: Border }>> = {
  none: { padding: 0 },
  zeros: { padding: PADDING },
  replicate: { padding: PADDING, border: 'replicate' },
  symmetric: { padding: PADDING, border: 'symmetric' },
  reflect: { padding: PADDING, border: 'reflect' },
};

const STRIDES = [1, 2, 3];
const GROUPS = [1, 2, 4];

const convolutions = STRIDES.flatMap((stride) =>
  [1, 2, 3, 4].flatMap((dilation) =>
    GROUPS.flatMap((groups) =>
      Object.entries(BORDERS).map(
        ([border, options]): Case => ({
          title: `conv2d stride ${stride} dilation ${dilation} groups ${groups} border ${border}`,
          image: 'image',
          filters: `filters ${groups}`,
          f: (x, w) => conv2d(x, w, { stride, dilation, groups, ...options }),
        }),
      ),
    ),
  ),
);

const transposed = STRIDES.flatMap((stride) =>
  [1, 2].flatMap((dilation) =>
    GROUPS.flatMap((groups) =>
      [0, 1].flatMap((padding) =>
        (stride * dilation > 1 ? [0, 1] : [0]).map(
          (outputPadding): Case => ({
            title: `convTranspose2d stride ${stride} dilation ${dilation} groups ${groups} padding ${padding} outputPadding ${outputPadding}`,
            image: 'small',
            filters: `transposed ${groups}`,
            f: (x, w) => convTranspose2d(x, w, { stride, dilation, groups, padding, outputPadding }),
          }),
        ),
      ),
    ),
  ),
);

const cases = [...convolutions, ...transposed];

test('every convolution of the fixture is compared', () => {
  const given = [...fixture.keys()].filter((name) => name.startsWith('conv'));
  assert.equal(
    cases.map(({ title }) => title),
    given,
  );
});
test.run();

/** Where each kernel is compiled anew: a part of the cases that shares no factor with the numbers of choices. */
const EACH = 11;

for (const { name, open } of oneOfEachKind) {
  const golden = suite(`PyTorch's convolutions: ${name}`);
  const some = name.startsWith('gpujs') ? cases.filter((_, i) => i % EACH === 0) : cases;
  let backend: Backend;
  golden.before(async () => {
    backend = await open();
  });
  golden.after(() => backend.dispose());

  for (const { title, image, filters, f } of some) {
    golden(title, async () => {
      const [x, w] = [image, filters].map((key) => input(key, fixture.get(key)!.shape)) as [Tensor, Tensor];
      const y = f(x, w);
      const g = input('g', y.shape);
      const [dx, dw] = grad(sum(mul(y, g)), [x, w]);
      const program = backend.compile({ outputs: { y, dx: dx!, dw: dw! } });
      const cotangent = fixture.get('cotangent')!.data.slice(
        0,
        y.shape.reduce((a, b) => a * b),
      );
      const values = await program.run({
        [image]: fixture.get(image)!.data,
        [filters]: fixture.get(filters)!.data,
        g: cotangent,
      });
      let at = 0;
      for (const [part, found] of Object.entries(values)) {
        const expected = fixture.get(title)!.data.slice(at, at + found.length);
        at += found.length;
        const norm = Math.hypot(...expected);
        const error = Math.hypot(...expected.map((value, i) => found[i]! - value)) / norm;
        assert.ok(error <= TOLERANCE, `${part}: relative error ${error}`);
      }
      assert.is(at, fixture.get(title)!.data.length);
      program.dispose();
    });
  }
  golden.run();
}
