/** What the page's worker makes of formulas. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { teach } from '../../page/worker/teach.ts';

/** The values that are shown of a formula, by their names. */
async function valuesOf(text: string): Promise<Record<string, readonly number[]>> {
  const { values } = await teach({ text });
  return Object.fromEntries(values.map(({ name, data }) => [name, data]));
}

const faultOf = (text: string) => teach({ text }).then(String, ({ message }: Error) => message);

test('each variable has its gradient, and two of one name are refused', async () => {
  const formula = (name: string) =>
    `const [a, b] = [variable('w', [1], [2]), variable('${name}', [1], [5])]; return sum(mul(mul(a, a), b));`;
  const values = await valuesOf(formula('v'));
  assert.equal([values['gradient of w'], values['gradient of v']], [[20], [4]]);
  assert.is(await faultOf(formula('w')), 'two variables are named w: rename one');
});

test('a variable or an input that is too large is named, with the remedy, and one that is malformed is told as everywhere', async () => {
  for (const make of ['variable', 'input'])
    assert.is(
      await faultOf(`return sum(${make}('w', [40000, 40000]));`),
      'w [40000, 40000] has 1600000000 numbers, more than the 16777216 that this page can hold: make it smaller',
    );
  assert.match(await faultOf("return variable('w', [2, -1]);"), /^variable: .* w is \[2, -1\]/);
  assert.equal((await valuesOf("return variable('w', [2], [3, 4]);")).result, [3, 4]);
});

test.run();
