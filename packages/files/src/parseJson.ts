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
  for (const [token, text] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (text !== undefined) {
      const key: string = JSON.parse(text);
      if (open.at(-1)!.has(key)) return key;
      open.at(-1)!.add(key);
    }
  }
  return undefined;
}
