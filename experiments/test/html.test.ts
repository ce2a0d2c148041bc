import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { html, trusted } from '../page/html.ts';
import { table } from '../page/table.ts';

test('values are escaped in text and in attributes; HTML, lists and null are not', () => {
  assert.is(
    html`<p>${'a < b & "c" > \'d\''}</p>`.text,
    '<p>a &#60; b &#38; &#34;c&#34; &#62; &#39;d&#39;</p>',
  );
  assert.is(
    html`<p>${trusted('<b>x</b>')}${null}${[html`<i>${1}</i>`, '<']}</p>`.text,
    '<p><b>x</b><i>1</i>&#60;</p>',
  );
  assert.is(html`<a title="${'"><script>'}"></a>`.text, '<a title="&#34;&#62;&#60;script&#62;"></a>');
  assert.is(html`\n${'\\'}`.text, '\n\\');
});

test('a table names its columns and rows for who cannot see it, its cells for narrow screens', () => {
  const { text } = table(
    'Caption',
    [
      { title: 'Name', cell: ({ name }) => name },
      { title: 'A & B', cell: ({ value }) => value, numeric: true },
      { title: 'Empty', cell: () => '' },
    ],
    [{ name: '<one>', value: 1.5 }],
  );
  const { document } = parseHTML(`<html><body>${text}</body></html>`);
  assert.is(document.querySelector('caption')!.textContent, 'Caption');
  assert.is(document.querySelectorAll('thead th[scope=col]').length, 3);
  assert.is(document.querySelector('tbody th[scope=row]')!.textContent, '<one>');
  const [value, empty] = document.querySelectorAll('td');
  assert.equal(
    [value!.textContent, value!.getAttribute('data-title'), value!.className],
    ['1.5', 'A & B', 'number'],
  );
  assert.is(empty!.className, 'empty');
});

test.run();
