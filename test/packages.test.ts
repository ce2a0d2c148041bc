import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGES as PUBLISHED } from '../packaging/packages.ts';

const PACKAGES = join(import.meta.dirname, '../packages');

/** Which others the sources and tests of a package may import: none that is above it. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  autograd: ['tensor'],
  files: ['tensor'],
  data: ['files', 'tensor'],
  classic: ['data', 'files', 'tensor'],
  nn: ['autograd', 'data', 'files', 'tensor'],
  nlrn: ['autograd', 'data', 'files', 'nn', 'tensor'],
  networks: ['autograd', 'data', 'files', 'nlrn', 'nn', 'tensor'],
  cli: ['autograd', 'classic', 'data', 'files', 'networks', 'nlrn', 'nn', 'tensor'],
};

/** Which sources of a package may import modules of Node; those of no other may, and run in browsers, too. */
const OF_NODE: Readonly<Record<string, RegExp>> = {
  tensor: /^tensor\/src\/backends\/(wasm|gpujs)\/node\//,
  data: /^data\/src\/node\//,
  classic: /^classic\/src\/threads\/node\//,
  files: /^files\//,
  cli: /^cli\//,
};

/** The modules that a package's files import, by the files' paths. */
function importsOf(name: string, folder: 'src' | 'test'): { file: string; module: string }[] {
  const files = globSync(`${folder}/**/*.ts`, { cwd: join(PACKAGES, name) });
  return files.flatMap((file) => {
    const text = readFileSync(join(PACKAGES, name, file), 'utf8');
    const found = text.matchAll(/(?:^import |\bfrom |\bimport\(|\bresolve\()'([^']+)'/gm);
    return [...found].map(([, module]) => ({ file: `${name}/${file}`, module: module! }));
  });
}

const packageOf = (module: string) => /^@nlrn\/([^/]+)/.exec(module)?.[1];

/** The other packages that files import, each once. */
function packagesIn(name: string, folder: 'src' | 'test'): string[] {
  const names = importsOf(name, folder).flatMap(({ module }) => packageOf(module) ?? []);
  return [...new Set(names)].filter((other) => other !== name).sort();
}

for (const name of readdirSync(PACKAGES)) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(PACKAGES, name, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, Record<string, string>>>;
  const listed = (list: Record<string, string>) => Object.keys(list).flatMap((key) => packageOf(key) ?? []);

  test(`${name} imports no package above it`, () => {
    assert.ok(MAY_IMPORT[name], `${name} is not in the table of what may import what`);
    const imported = [...packagesIn(name, 'src'), ...packagesIn(name, 'test')];
    assert.equal(
      imported.filter((other) => !MAY_IMPORT[name]!.includes(other)),
      [],
    );
  });

  test(`${name} lists the packages that its sources import, and beside them those of its tests`, () => {
    const sources = packagesIn(name, 'src');
    assert.equal(listed(dependencies).sort(), sources);
    const ofTests = packagesIn(name, 'test').filter((other) => !sources.includes(other));
    assert.equal(listed(devDependencies).sort(), ofTests);
  });

  test(`${name} names other packages, and no path into them`, () => {
    for (const { file, module } of [...importsOf(name, 'src'), ...importsOf(name, 'test')]) {
      if (!module.startsWith('.')) continue;
      const target = join(PACKAGES, file, '..', module);
      assert.ok(target.startsWith(join(PACKAGES, name)), `${file} imports ${module}`);
    }
  });

  test(`${name} imports modules of Node only where it says so`, () => {
    const ofNode = importsOf(name, 'src').filter(({ module }) => module.startsWith('node:'));
    assert.equal(
      ofNode.filter(({ file }) => !OF_NODE[name]?.test(file)),
      [],
    );
  });
}

/** What stands for a path of a source once a package is packed. */
function built(path: string): unknown {
  const [js, types] = ['.js', '.d.ts'].map((ending) =>
    path.replace('./src/', './dist/').replace(/\.ts$/, ending),
  );
  return path.startsWith('./src/') ? { types, default: js } : path;
}

test('a package exports the same when it is packed, but for what tests alone use', () => {
  for (const name of PUBLISHED) {
    const { exports, publishConfig } = JSON.parse(
      readFileSync(join(PACKAGES, name, 'package.json'), 'utf8'),
    ) as { exports: Record<string, string | Record<string, string>>; publishConfig: { exports: unknown } };
    const packed = Object.entries(exports)
      .filter(([, target]) => typeof target !== 'string' || !target.startsWith('./test/'))
      .map(([path, target]) => [
        path,
        typeof target === 'string'
          ? built(target)
          : Object.fromEntries(Object.entries(target).map(([condition, file]) => [condition, built(file)])),
      ]);
    assert.equal(publishConfig.exports, Object.fromEntries(packed), name);
  }
});

test('the reference has all sources that a package exports when it is packed', () => {
  const { entryPoints } = JSON.parse(readFileSync(join(PACKAGES, '../docs/typedoc.json'), 'utf8')) as {
    entryPoints: string[];
  };
  const exported = PUBLISHED.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
    };
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? target : Object.values(target),
    );
    return targets
      .filter((target) => target.startsWith('./src/'))
      .map((target) => `../packages/${join(name, target)}`);
  });
  assert.equal(entryPoints.sort(), exported.sort(), '`entryPoints` of docs/typedoc.json');
});

test('imports are found, however they are written', () => {
  const modules = importsOf('cli', 'src').map(({ module }) => module);
  for (const module of ['node:os', '@nlrn/tensor', '@nlrn/tensor/gpujs', './userError.ts', 'yargs']) {
    assert.ok(modules.includes(module), module);
  }
});

test.run();
