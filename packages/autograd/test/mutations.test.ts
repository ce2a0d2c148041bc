// Slow: differentiates each case of each primitive once for each wrong rule.

import { full, mul, neg, Random, type Tensor, zeros } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGrads } from '../src/checkGrads.ts';
import { rules } from '../src/vjps/index.ts';
import type { Context } from '../src/vjps/rule.ts';
import { createInputs, type GradCase, gradCases, outputsOf } from './gradCases.ts';

type Name = keyof typeof gradCases;
type AnyRule = (context: Context) => readonly (Tensor | null)[];

/** Ways to get a cotangent wrong. */
const MISTAKES: Readonly<Record<string, (g: Tensor) => Tensor>> = {
  zero: (g) => zeros(g.shape),
  'the wrong sign': neg,
  'twice as much': (g) => mul(2, g),
};

const ruleOf = (name: Name) => rules[name] as unknown as AnyRule;

/** Runs `f` while another rule stands in the table. */
async function withRule<T>(name: Name, rule: AnyRule, f: () => Promise<T>): Promise<T> {
  const right = ruleOf(name);
  Object.assign(rules, { [name]: rule });
  return f().finally(() => Object.assign(rules, { [name]: right }));
}

async function passes(name: string, { title, f, ...given }: GradCase): Promise<boolean> {
  const random = new Random(`${name}, ${title}`);
  const inputs = createInputs(given, random);
  return checkGrads(
    () => outputsOf(f(...inputs)),
    inputs,
    () => random.uniform(),
  ).then(
    () => true,
    (error: Error) => {
      if (error.message.startsWith('checkGrads: ')) return false;
      throw error;
    },
  );
}

/** Whether any case of a primitive finds a wrong rule. */
async function isFound(name: Name, wrong: AnyRule): Promise<boolean> {
  return withRule(name, wrong, async () => {
    for (const given of gradCases[name]) if (!(await passes(name, given))) return true;
    return false;
  });
}

/** Which of its inputs a rule sends something to, which not, and which outputs it has received something of. */
async function partsOf(name: Name) {
  const [sent, unsent, received] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const right = ruleOf(name);
  const seen: AnyRule = (context) => {
    const cotangents = right(context);
    cotangents.forEach((g, i) => {
      (g ? sent : unsent).add(i);
    });
    for (const o of context.used.keys()) if (context.used[o]) received.add(o);
    return cotangents;
  };
  await withRule(name, seen, async () => {
    for (const given of gradCases[name]) assert.ok(await passes(name, given), `${name}: ${given.title}`);
  });
  return { sent, unsent, received };
}

/** Inputs that are whole numbers, in which nothing has a gradient. */
const WHOLE: Partial<Record<Name, number>> = { gatherNeighbours: 1, scatterNeighbours: 1 };

for (const name of Object.keys(gradCases) as Name[]) {
  test(`every mistake in the rule of ${name} is found`, async () => {
    const right = ruleOf(name);
    const { sent, unsent, received } = await partsOf(name);
    for (const [how, mistake] of Object.entries(MISTAKES)) {
      for (const i of sent) {
        const wrong: AnyRule = (context) => right(context).map((g, k) => (g && k === i ? mistake(g) : g));
        assert.ok(await isFound(name, wrong), `${how} for input ${i}`);
      }
      if (sent.size === 0) continue;
      for (const o of received) {
        const wrong: AnyRule = (context) =>
          right({ ...context, g: context.g.map((g, k) => (k === o ? mistake(g) : g)) });
        assert.ok(await isFound(name, wrong), `${how} of output ${o}`);
      }
    }
    for (const i of unsent) {
      if (i === WHOLE[name]) continue;
      const wrong: AnyRule = (context) =>
        right(context).map((g, k) => g ?? (k === i ? full(context.x[k]!.shape, 1) : null));
      assert.ok(await isFound(name, wrong), `one for input ${i}`);
    }
  });
}

test.run();
