import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Border, input, padBorder } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const row = input('row', [1, 1, 4, 1]);
const column = input('column', [1, 4, 1, 1]);
const data = [1, 2, 3, 4];

const BORDERS: Readonly<Record<Exclude<Border, 'zeros'>, number[]>> = {
  replicate: [1, 1, 1, 1, 2, 3, 4, 4, 4],
  symmetric: [3, 2, 1, 1, 2, 3, 4, 4, 3],
  reflect: [4, 3, 2, 1, 2, 3, 4, 3, 2],
};

for (const [name, expected] of Object.entries(BORDERS)) {
  const border = name as Exclude<Border, 'zeros'>;
  test(`${border}: three pixels before, two after, along rows and along columns`, async () => {
    const padded = [
      padBorder(
        row,
        [
          [0, 0],
          [3, 2],
        ],
        border,
      ),
      padBorder(
        column,
        [
          [3, 2],
          [0, 0],
        ],
        border,
      ),
    ];
    assert.equal(await evaluate(padded, { row: data, column: data }), [expected, expected]);
  });
}

test('corners are reflected twice', async () => {
  const image = input('image', [1, 2, 2, 1]);
  const padded = padBorder(
    image,
    [
      [0, 1],
      [1, 0],
    ],
    'symmetric',
  );
  assert.equal(await evaluate([padded], { image: data }), [[1, 1, 2, 3, 3, 4, 3, 3, 4]]);
});

test('no border is the image itself', () => {
  assert.is(
    padBorder(
      row,
      [
        [0, 0],
        [0, 0],
      ],
      'reflect',
    ),
    row,
  );
});

test('what does not fit', () => {
  assert.throws(
    () =>
      padBorder(
        input('v', [3]),
        [
          [1, 1],
          [1, 1],
        ],
        'reflect',
      ),
    /x must be \[B, H, W, C\], is \[3\]/,
  );
  assert.throws(
    () =>
      padBorder(
        row,
        [
          [0, 0],
          [4, 0],
        ],
        'reflect',
      ),
    /padBorder: a border reflect of 4 pixels is wider than the 3 that \[1, 1, 4, 1\] has for it .*border\.test\.ts/,
  );
  assert.throws(
    () =>
      padBorder(
        row,
        [
          [0, 0],
          [0, 5],
        ],
        'symmetric',
      ),
    /of 5 pixels is wider than the 4/,
  );
  assert.throws(
    () =>
      padBorder(
        row,
        [
          [0, 0],
          [-1, 0],
        ],
        'replicate',
      ),
    /padding must be a whole number of at least 0, is -1/,
  );
});

test('an unknown border is refused with those that there are', () => {
  const padding = [
    [0, 0],
    [1, 1],
  ] as const;
  assert.throws(
    () => padBorder(row, padding, 'constant' as 'reflect'),
    /no border is named constant; there are replicate, symmetric, reflect/,
  );
});

test.run();
