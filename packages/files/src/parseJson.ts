/** What a JSON text says. Throws Error, as `is not JSON (…)` or, where `JSON.parse` would keep the last of two, `has the key a twice`. */
export function parseJson(text: string): unknown {
  const parsed = parsePlain(text);
  const twice = duplicateKey(text);
  if (twice !== undefined) throw new Error(`has the key ${twice} twice`);
  return parsed;
}

function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`is not JSON (${(error as Error).message})`, { cause: error });
  }
}

/**
 * A key that some object of a JSON text has twice, of which `JSON.parse` would keep the last; undefined if there is none.
 *
 * The text must be valid JSON.
 */
function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    if (json[i] === '{') open.push(new Set());
    else if (json[i] === '}') open.pop();
    else if (json[i] === '"') {
      const begin = i;
      i = endOfString(json, begin);
      if (!isFollowedByColon(json, i)) continue;
      const key: string = JSON.parse(json.slice(begin, i + 1));
      if (open.at(-1)!.has(key)) return key;
      open.at(-1)!.add(key);
    }
  }
  return undefined;
}

/** Where the quotation mark is that ends the string which begins at another; a regular expression would need stack for each escape. */
function endOfString(json: string, begin: number): number {
  let end = begin + 1;
  while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1;
  return end;
}

function isFollowedByColon(json: string, at: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = at + 1;
  return colon.test(json);
}
