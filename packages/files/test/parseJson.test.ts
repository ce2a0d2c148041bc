import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseJson } from '../src/parseJson.ts';

test('a key that an object has twice is named, however it is written; the same key in another object is not', () => {
  assert.equal(parseJson('{"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}], "c": "a"}'), {
    a: { a: 1 },
    b: [{ a: 2 }, { a: 3 }],
    c: 'a',
  });
  assert.throws(() => parseJson('{"a": 1, "b": {}, "a" : 2}'), /^has the key a twice$/);
  assert.throws(() => parseJson('{"a": 1, "\\u0061": 2}'), /^has the key a twice$/);
  assert.throws(() => parseJson('{"\\"": 1, "\\u0022"\n: 2}'), /^has the key " twice$/);
});

test('what strings hold is no structure', () => {
  const texts = ['{"a":1,"a":2}', '\\', '\\"', '"', '":', '}', '{'];
  const json = JSON.stringify({ texts, ...Object.fromEntries(texts.map((text) => [text, text])) });
  assert.equal(parseJson(json), JSON.parse(json));
});

test('what is not JSON is told', () => {
  assert.throws(() => parseJson('{"a": 1'), /^is not JSON \(/);
});

test('a string may have millions of characters and escapes', () => {
  for (const text of ['a'.repeat(20e6), '\n'.repeat(10e6)])
    assert.ok((parseJson(JSON.stringify({ text })) as { text: string }).text === text);
});

test.run();
