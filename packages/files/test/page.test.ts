import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type * as index from '../src/index.ts';
import * as page from '../src/page.ts';

/** A page's functions are called as those of Node are: what differs does not compile. */
const asInNode: Pick<typeof index, keyof typeof page> = page;

test('a page reads safetensors from bytes, and writes them', () => {
  const tensors = new Map([['a', { shape: [2], data: Float32Array.of(1, -2) }]]);
  const bytes = Buffer.concat(asInNode.formatSafetensors(tensors, { k: 'v' }));
  const read = asInNode.readSafetensors({ name: 'given', bytes });
  assert.equal(read, { tensors, metadata: { k: 'v' } });
  assert.throws(
    () => asInNode.readSafetensors({ name: 'given', bytes: bytes.subarray(0, -1) }),
    (error: Error) => error instanceof page.FileError && /^given: is truncated/.test(error.message),
  );
});

test('what needs a file is a FileError in a page, which says what to do', () => {
  for (const use of [asInNode.readSafetensors, asInNode.checkWritable, asInNode.fileExists]) {
    assert.throws(
      () => use('w.safetensors'),
      (error: Error) =>
        error instanceof page.FileError && /^w\.safetensors: a page has no files; fetch/.test(error.message),
    );
  }
  assert.throws(() => asInNode.writeSafetensors('w.safetensors', new Map()), /a page has no files/);
});

test.run();
