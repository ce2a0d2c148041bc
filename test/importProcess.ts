/** A process that imports modules and prints, as JSON, what each has changed or opened. */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import workerThreads from 'node:worker_threads';

const found: string[] = [];
let importing = '';
const note = (what: string) => found.push(`${importing} ${what}`);

/** Has whoever calls one of these functions noted. */
function watch(from: object, names: readonly string[]): void {
  const functions = from as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const original = functions[name]!;
    functions[name] = new Proxy(original, {
      apply: (target, self, args) => {
        note(`calls ${name}`);
        return Reflect.apply(target, self, args);
      },
      construct: (target, args) => {
        note(`makes a ${name}`);
        return Reflect.construct(target, args);
      },
    });
  }
}

/** Every global's value but that of `localStorage`, which warns; looking at them has Node load what it loads at first use. */
function globals(): Map<string | symbol, unknown> {
  const names = Reflect.ownKeys(globalThis).filter((name) => name !== 'localStorage');
  return new Map(names.map((name) => [name, Reflect.get(globalThis, name)]));
}

/** The modules of Node that the repository's own files import. */
const ofNode: string[] = [];
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = context.parentURL?.includes('/packages/') && !context.parentURL.includes('node_modules');
    if (isOurs && specifier.startsWith('node:')) ofNode.push(`${context.parentURL} imports ${specifier}`);
    return next(specifier, context);
  },
});
watch(v8, ['setFlagsFromString']);
watch(workerThreads, ['Worker']);
watch(childProcess, ['spawn', 'fork', 'execFile', 'spawnSync', 'execFileSync']);
// Node itself opens and reads what is imported.
watch(fs, ['readdirSync', 'existsSync', 'writeFileSync', 'mkdirSync']);
watch(globalThis, ['fetch']);
watch(process, ['on', 'once']);
syncBuiltinESMExports();

for (const module of process.argv.slice(2)) {
  importing = module;
  globals();
  const before = globals();
  const [environment, open] = [JSON.stringify(process.env), process.getActiveResourcesInfo().length];
  await import(pathToFileURL(module).href);
  for (const [name, value] of globals()) {
    // The registries of zod, which several packages depend on.
    if (String(name).startsWith('__zod_')) continue;
    if (!before.has(name)) note(`sets the global ${String(name)}`);
    else if (!Object.is(before.get(name), value)) note(`overwrites the global ${String(name)}`);
  }
  if (JSON.stringify(process.env) !== environment) note('changes the environment');
  if (process.getActiveResourcesInfo().length > open) note('keeps something open');
}
console.log(JSON.stringify({ found, ofNode }));
