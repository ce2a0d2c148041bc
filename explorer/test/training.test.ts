// Slow: opens a browser.

/** The training in the page, in a real browser. */
import { createNlrn } from '@nlrn/nlrn';
import { createTrainingStep, weightsOfSeed } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askWorker, CHROMIUM } from '../lib/browser.ts';
import { lessonOf } from '../page/worker/lesson.ts';
import { showProgram } from '../page/worker/program.ts';
import type { Started, StepTaken } from '../page/worker/training.ts';
import { PATIENCE, runInChromium, sharePage } from './inBrowser.ts';
import { lossesInNode } from './lossesInNode.ts';

const STEPS = 50;
const RATE = 0.0079;

const test = suite(`a training in ${CHROMIUM}`);
let page: Page;
let heard: readonly string[];

sharePage(test, '#train', (shared) => {
  ({ page, heard } = shared);
});

/** The same training in Node. */
const inNode = () => lossesInNode({ states: 2, steps: STEPS, rate: RATE });

const stepOf = async () => Number(/^Step (\d+)/.exec((await page.textContent('#trained')) ?? '')?.[1] ?? 0);

test('fifty steps have the losses of Node, to the last bit', async () => {
  await askWorker<Started>(page, 'startTraining', { states: 2 });
  const losses: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const { step, loss } = await askWorker<StepTaken>(page, 'trainStep', { rate: RATE, look: false });
    assert.is(step, i + 1);
    losses.push(loss);
  }
  // The kernels are the same, and so is the processor: nothing is rounded otherwise.
  assert.equal(losses, await inNode());
});

test('one step, a pause and another rate do what they say', async () => {
  await page.locator('#oneStep:enabled').click();
  await page.getByText('Step 1: loss').waitFor();
  const losses = await inNode();
  assert.ok((await page.textContent('#trained'))!.startsWith(`Step 1: loss ${losses[0]!.toPrecision(4)},`));
  await page.locator('#rate').press('Home');
  assert.is(await page.textContent('#rateValue'), '0.0001');
  await page.click('#oneStep');
  await page.getByText('Step 2: loss').waitFor();
  await page.click('#oneStep');
  await page.getByText('Step 3: loss').waitFor();
  // The second step's loss is of weights that the first has made; only the third sees the other rate.
  assert.not.ok((await page.textContent('#trained'))!.includes(`loss ${losses[2]!.toPrecision(4)},`));

  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/^Step [1-9]\d+:/).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('#oneStep:enabled').waitFor();
  const before = await stepOf();
  await page.click('#oneStep');
  await page.getByText(`Step ${before + 1}:`).waitFor();
  assert.is(await page.locator('#curves svg .line').count(), 3);
});

test('it starts again, with another number of states, and has learnt nothing', async () => {
  const rows = await page.locator('#stepProgram tbody tr').count();
  await page.selectOption('#states', '1');
  await page.getByText('Before the first step').waitFor();
  assert.ok((await page.locator('#stepProgram tbody tr').count()) < rows);
  const captions = await page.locator('#parameters figcaption').allTextContents();
  assert.ok(captions.every((caption) => caption.endsWith('moved 0.0')));
  await page.click('#oneStep');
  await page.getByText('Step 1: loss').waitFor();
  const moved = await page.locator('#parameters figcaption').allTextContents();
  assert.ok(moved.some((caption) => !caption.endsWith('moved 0.0')));
});

/** Presses "Start again" and "Start" during one step; whether there is another training then. */
const AGAIN_AND_START = `new Promise((resolve) => {
  const [trained, again, start] = ['trained', 'again', 'start'].map((id) => document.getElementById(id));
  const isNew = () => trained.textContent === 'Before the first step' && resolve(true);
  new MutationObserver(isNew).observe(trained, { childList: true });
  again.click();
  start.click();
  setTimeout(() => resolve(false), ${PATIENCE});
})`;

test('it starts again and goes on by itself when both are wanted during one step', async () => {
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/^Step [1-9]\d+:/).waitFor();
  assert.ok(await page.evaluate<boolean>(AGAIN_AND_START));
  await page.getByText(/^Step [1-9]\d+:/).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('#oneStep:enabled').waitFor();
});

test('each instruction has its part and its time', async () => {
  const { program } = await askWorker<Started>(page, 'startTraining', { states: 1 });
  const { instructions, blocks } = program;
  assert.is(await page.locator('#stepProgram tbody tr').count(), instructions.length);
  assert.is(await page.locator('#stepProgram .plan rect').count(), blocks.length);
  assert.ok(instructions.every(({ milliseconds }) => milliseconds! >= 0));
  assert.ok(instructions.reduce((sum, { milliseconds }) => sum + milliseconds!, 0) > 0);
  const shown = await page.locator('#stepProgram tbody tr').first().textContent();
  assert.match(shown!, /^1forward\d\.\d{3}%0 \[8, 16, 16, 1\] @\d+.* = batchNorm\(noisy, /);
});

test('the memory plan holds what the program has, and nothing lies on what is still needed', () => {
  const config = lessonOf({ states: 2 });
  const { graph } = createTrainingStep(createNlrn(config.network, weightsOfSeed(0)), config);
  const { program } = referenceBackend({ precision: 'float32' }).compile(graph);
  const { instructions, blocks, peak } = showProgram(program, undefined);
  // The arena ends at a multiple of 64 bytes.
  const top = Math.max(...blocks.map(({ offset, size }) => offset + size));
  assert.is(Math.ceil(top / 64) * 64, peak);
  for (const [i, a] of blocks.entries())
    for (const b of blocks.slice(i + 1)) {
      const meets = a.offset < b.offset + b.size && b.offset < a.offset + a.size;
      // A value may be written over one that its own instruction reads for the last time.
      assert.not.ok(meets && a.from < b.to && b.from < a.to, `${a.label} and ${b.label}`);
    }
  const parts = instructions.map(({ part }) => part);
  assert.is(parts[0], 'forward');
  assert.is(instructions[parts.indexOf('backward') - 1]!.part, 'forward');
  // Adam changes all that is trained.
  assert.is(parts.at(-1), 'update');
  const loss = instructions.findLastIndex(({ part }) => part === 'forward');
  assert.match(instructions[loss]!.text, /^loss \[\]/);
});

test('the rate of a page that one comes back to is that which stands beside the slider', async () => {
  await page.locator('#rate').fill('-3');
  assert.is(await page.textContent('#rateValue'), '0.001');
  await page.goto('about:blank');
  await page.goBack();
  await page.locator('#oneStep:enabled').waitFor();
  assert.equal([await page.inputValue('#rate'), await page.textContent('#rateValue')], ['-2.1', '0.0079']);
});

test('nothing was said on the console, and nothing asked of another host', () => {
  assert.equal(heard, []);
});

runInChromium(test);
