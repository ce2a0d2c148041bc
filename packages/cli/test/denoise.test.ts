// Slow: starts processes.

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { createImage, generateImage, type Image, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { encodePicture, readPicture, readPng, writePicture, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, type NetworkConfig } from '@nlrn/networks';
import { createRestorer, saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PIPE } from '../src/checkValues.ts';
import { onPage, sectionOf } from '../src/denoise/comparisonPage.ts';
import { asSeen, inChannels } from '../src/denoise/greyInColour.ts';
import { workingMemory } from '../src/denoise/memory.ts';
import { withMethods } from '../src/denoise/methods.ts';
import { nlrnCli } from '../src/nlrnCli.ts';
import { checkOutcome, eachPicture, goingOn } from '../src/pictures/eachPicture.ts';
import { type Job, jobsOf, OutputError } from '../src/pictures/jobs.ts';
import { UserError } from '../src/userError.ts';
import { commandLine } from './commandLine.ts';
import { assertRefused, inFolder, linesOf } from './inProcess.ts';

const folder = temporaryFolder();
const program = join(import.meta.dirname, '../src/cli.ts');
const { run, start } = commandLine(program, folder);
const at = (name: string) => join(folder, name);
const fails = (args: string, message: RegExp) => assertRefused(nlrnCli, args, message);

const truth = generateImage('leaves', { width: 64, height: 48, seed: 1 });
const noisyAt = (sigma: number) => toUint8Range(noisyVersion({ name: 'x', image: truth }, sigma, 0));
const decibels = (other: Image) => psnr(truth, other);

writePng(at('clean.png'), createImage(40, 40, 1, new Float32Array(1600).fill(0.5)));
mkdirSync(at('photos'));
writePng(at('photos/b.png'), noisyAt(20));
writePicture(at('photos/a.JPG'), { image: noisyAt(20), bitDepth: 8, description: [] });
writeFileSync(at('photos/notes.txt'), 'not a picture');

/** What is written to standard error during some work. */
async function toldBy(work: () => Promise<unknown>): Promise<string[]> {
  const told: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = ((text: string) => told.push(text)) as unknown as typeof write;
  await work().finally(() => {
    process.stderr.write = write;
  });
  return told;
}

test('the noise is estimated and said, and what is left is better, with less of it at less strength', async () => {
  const noisy = decibels(readPng(at('photos/b.png')));
  const whole = await run('denoise', 'photos/b.png', 'whole.png', '--compare', 'page.html');
  assert.is(whole.code, 0, whole.err);
  assert.match(
    whole.out,
    /^noise: sigma (19|20|21)(\.\d)?, estimated\nwrote \S+whole\.png, restored with (BM3D|nlrn-\w+, weights trained for [^\n]+)\nwrote \S+page\.html: before and after\n$/,
  );
  const half = await run('denoise', 'photos/b.png', 'half.png', '--sigma', '20', '--strength', '0.5');
  assert.match(half.out, /^noise: sigma 20, as given\n/);
  const [all, some] = [decibels(readPng(at('whole.png'))), decibels(readPng(at('half.png')))];
  assert.ok(all > some && some > noisy + 2, `${noisy}, ${some}, ${all}`);

  const page = readFileSync(at('page.html'), 'utf8');
  const images = [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, text]) => {
    writeFileSync(at('image.png'), Buffer.from(text!, 'base64'));
    return readPng(at('image.png'));
  });
  assert.is(images.length, 3);
  assert.equal(images[0], readPng(at('photos/b.png')));
  assert.equal(images[1], readPng(at('whole.png')));
});

test('a picture whose channels are not all equal is in colour', () => {
  const pixel = (...values: readonly [number, number, number]) =>
    createImage(1, 1, 3, Float32Array.of(...values));
  for (const colour of [pixel(0.2, 0.2, 0.8), pixel(0.2, 0.8, 0.2), pixel(0.8, 0.2, 0.2)])
    assert.is(asSeen(colour), colour);
  assert.equal(asSeen(pixel(0.2, 0.2, 0.2)), createImage(1, 1, 1, Float32Array.of(0.2)));
});

for (const method of ['bm3d', 'nlrn'] as const) {
  test(`a grey picture that is stored in colour is restored as the grey one is: ${method}`, async () => {
    const grey = noisyAt(25);
    const colour = inChannels(grey, 3);
    const options = { method, backend: 'wasm', threads: 1 };
    const results = await withMethods(options, async (methodFor) => {
      const restored = (image: Image) => methodFor(image, 25).then(({ denoise }) => denoise(() => {}));
      return [await restored(grey), await restored(colour)] as const;
    });
    assert.ok(decibels(results[0]) > decibels(grey) + 2);
    assert.equal(results[1], inChannels(results[0], 3));
  });
}

test('a folder: each picture of it, in its format', async () => {
  const { code, out, err } = await run('denoise', 'photos', 'new/clean', '--sigma', '20');
  assert.is(code, 0, err);
  assert.match(
    out,
    /^a\.JPG: noise: sigma 20, as given\na\.JPG: wrote .*\nb\.png: noise: .*\nb\.png: wrote .*\n$/,
  );
  assert.equal(readdirSync(at('new/clean')), ['a.JPG', 'b.png']);
  assert.is(readFileSync(at('new/clean/a.JPG'))[1], 0xd8);
  assert.ok(decibels(readPng(at('new/clean/b.png'))) > decibels(noisyAt(20)) + 2);
});

test('a folder with pictures that cannot be restored: they are named, and the others are restored', async () => {
  mkdirSync(at('mixed'));
  writePng(at('mixed/c.png'), noisyAt(20));
  writeFileSync(at('mixed/a.png'), 'no picture');
  writeFileSync(at('mixed/._c.png'), 'a companion, left out');
  symlinkSync('nowhere', at('mixed/b.jpg'));
  symlinkSync('itself.png', at('mixed/itself.png'));
  const { code, out, err } = await run('denoise', 'mixed', 'some', '--compare', 'some/look.html');
  assert.is(code, 1);
  assert.match(out, /^c\.png: noise: .*\nc\.png: wrote .*\nwrote \S+look\.html: before and after\n$/);
  assert.match(err, /mixed\/a\.png: neither a PNG nor a JPEG image/);
  assert.match(err, /mixed\/b\.jpg: no such file/);
  assert.match(err, /mixed\/itself\.png: cannot be read: ELOOP/);
  assert.match(err, /\n3 of 4 pictures could not be restored: a\.png, b\.jpg, itself\.png\n$/);
  assert.equal(readdirSync(at('some')), ['c.png', 'look.html']);
  assert.equal(readFileSync(at('some/look.html'), 'utf8').match(/<h1>.*<\/h1>/g), ['<h1>c.png</h1>']);
});

test('Ctrl-C in a folder: what is done stays, the page has it, and --keep does the others', async () => {
  mkdirSync(at('many'));
  const large = generateImage('leaves', { width: 256, height: 256, seed: 2 });
  for (let i = 0; i < 6; i++)
    writePng(at(`many/${i}.png`), noisyVersion({ name: `${i}`, image: large }, 20, 0));
  const { child, result } = start(
    'denoise',
    'many',
    'stopped',
    '--sigma',
    '20',
    '--method',
    'bm3d',
    '--compare',
    'stopped.html',
  );
  child.stdout.once('data', () => child.kill('SIGINT'));
  const { code, err } = await result;
  assert.is(code, 130, err);
  assert.match(err, /\nstopping; the pictures that are done stay;/);
  assert.match(
    err,
    /\nstopped: [1-5] of 6 pictures are restored \(0\.png.*\); the same command with --keep and another --compare /,
  );
  const done = readdirSync(at('stopped'));
  assert.ok(done.length > 0 && done.length < 6, String(done));
  const page = readFileSync(at('stopped.html'), 'utf8');
  assert.equal(
    [...page.matchAll(/<h1>(.*)<\/h1>/g)].map(([, name]) => name),
    done,
  );
  assert.match(page, /<\/html>\n$/);
  assert.not.ok(readdirSync(folder).some((name) => name.endsWith('.tmp')));

  await inFolder(folder, async () => {
    await fails('denoise many stopped', /0\.png: exists already; name another folder, --keep to do only /);
    const instead = ', or --force in place of --keep to overwrite it$';
    await fails('denoise many many --keep', RegExp(`0\\.png: is the input; name another folder${instead}`));
    const one = 'denoise many/0.png many/0.png --keep';
    await fails(one, RegExp(`0\\.png: is the input; name another file${instead}`));
    await fails('denoise many many --keep --force', /^--keep leaves what --force overwrites; leave one/);
    await fails('denoise many/0.png stopped --keep', /stopped: is a folder, name a file$/);
    await fails('denoise many/0.png stopped.html --keep', /stopped\.html: its name must end in/);
    await fails('denoise many/0.png - --keep', /^--keep: does nothing where the output is -; leave it out$/);
    // Those that are left are restored at once by another method.
    const go = 'denoise many stopped --sigma 20 --method bilateral --keep';
    const lines = await linesOf(nlrnCli, go);
    assert.is(lines.filter((line) => line.includes('wrote')).length, 6 - done.length);
    assert.is(readdirSync(at('stopped')).length, 6);
    assert.equal(await linesOf(nlrnCli, go), [
      'nothing to do: what would be written is there already, and --keep leaves it',
    ]);
  });
});

test('how one goes on where a folder was stopped', () => {
  assert.is(goingOn({ force: true }), '; the others are as they were');
  assert.match(goingOn({ force: false }), /^; the same command with --keep leaves /);
  assert.match(goingOn({ force: false, compare: 'a.html' }), / --keep and another --compare leaves /);
});

test('where nothing can be written the work ends, and what has failed before is told first', async () => {
  const job = (name: string, work: () => void) => ({ name, work }) as unknown as Job & { work(): void };
  const fail = (error: Error) => () => {
    throw error;
  };
  let late = false;
  const jobs = [
    job('a.png', fail(new UserError('a.png: bad'))),
    job('b.png', fail(new OutputError('b.png: cannot be written; the disk is full, make room first'))),
    job('c.png', () => {
      late = true;
    }),
  ];
  const told = await toldBy(async () => {
    const outcome = await eachPicture(jobs, async (each) => (each as (typeof jobs)[number]).work());
    assert.throws(
      () => checkOutcome(outcome, jobs, 'restored', ''),
      /b\.png: cannot be written; the disk is full/,
    );
  });
  assert.equal(told, ['a.png: bad\n', '1 of 3 pictures could not be restored: a.png\n']);
  assert.not.ok(late);
});

test('a folder that can no longer be written ends the work', async () => {
  mkdirSync(at('gone'));
  const [job] = jobsOf(at('clean.png'), at('gone/a.png'), { force: false, keep: false });
  const picture = await job!.read();
  rmdirSync(at('gone'));
  const error = await job!.write(picture).catch((error: Error) => error);
  assert.instance(error, OutputError);
});

test('what has appeared meanwhile is not overwritten without --force, as by names that a disk does not tell apart', async () => {
  const write = async (force: boolean) => {
    const [job] = jobsOf(at('clean.png'), at('meanwhile.png'), { force, keep: false });
    const picture = await job!.read();
    writeFileSync(at('meanwhile.png'), 'another one');
    await job!.write(picture);
  };
  const refused = await write(false).catch((error: Error) => error.message);
  assert.match(String(refused), /^output \S+meanwhile\.png: exists already; name another file, or --force/);
  assert.is(readFileSync(at('meanwhile.png'), 'utf8'), 'another one');
  await write(true);
  assert.equal(readPng(at('meanwhile.png')), readPng(at('clean.png')));
});

test('a link that leads nowhere is not overwritten without --force', () =>
  inFolder(folder, async () => {
    symlinkSync('nothing-there.png', at('loose.png'));
    await fails(
      'denoise clean.png loose.png',
      /^output \S+loose\.png: is a link that leads nowhere; name another file, or --force/,
    );
  }));

test('where no picture can be restored, no page is written, and one that is there stays', () =>
  inFolder(folder, async () => {
    mkdirSync(at('bad'));
    for (const name of ['a.png', 'b.png']) writeFileSync(at(`bad/${name}`), 'no picture');
    const none = /^2 of 2 pictures could not be restored: a\.png, b\.png$/;
    await fails('denoise bad nothing --compare none.html', none);
    assert.not.ok(readdirSync(folder).includes('none.html'));
    writeFileSync(at('earlier.html'), 'a good page');
    await fails('denoise bad nothing --compare earlier.html --force', none);
    assert.is(readFileSync(at('earlier.html'), 'utf8'), 'a good page');
  }));

test('of a page no more than a picture is in memory: each is written when it is there, its images one by one', async () => {
  const images = { noisy: noisyAt(20), restored: truth };
  const temporary = () => readdirSync(folder).filter((name) => name.includes('many.html'));
  let size = 0;
  const isWritten = await onPage(at('many.html'), 'a < b', async (show) => {
    for (const name of ['a.png', 'b.png']) {
      show({ name, ...images, facts: [] });
      const [file = ''] = temporary();
      assert.ok(/^\..*\.tmp$/.test(file) && statSync(at(file)).size > size + 10_000, file);
      ({ size } = statSync(at(file)));
    }
  });
  assert.ok(isWritten);
  assert.equal(temporary(), ['many.html']);
  assert.match(
    readFileSync(at('many.html'), 'utf8'),
    /<title>a &lt; b: before.*>a\.png<.*>b\.png<.*<\/html>\n$/s,
  );
  const starts = sectionOf({ name: 'a', ...images, facts: [] }).map((part) =>
    Buffer.from(part).toString().slice(0, 5),
  );
  assert.equal(starts, ['<sect', 'data:', '"><im', 'data:', '"></d', 'data:', '"></d']);

  const broken = onPage(at('many.html'), 'x', async (show) => {
    show({ name: 'c.png', ...images, facts: [] });
    throw new Error('broken off');
  });
  assert.is(await broken.catch(({ message }: Error) => message), 'broken off');
  assert.equal(temporary(), ['many.html']);
  assert.not.match(readFileSync(at('many.html'), 'utf8'), /c\.png/);
});

test('into a pipe goes the format that the bytes of the input have, whatever its name', async () => {
  writeFileSync(at('lies.jpg'), readFileSync(at('photos/b.png')));
  const [job] = jobsOf(at('lies.jpg'), PIPE, { force: false, keep: false });
  await job!.read();
  assert.is(job!.format(), 'png');
});

test('what a JPEG does not keep of a PNG is told', async () => {
  const image = noisyAt(20);
  const description = [{ type: 'gAMA', data: Uint8Array.of(0, 1, 0x86, 0xa0) }];
  const alpha = (least: number) => Float32Array.from({ length: 64 * 48 }, (_, i) => (i === 0 ? least : 1));
  const rest =
    ' nor the transparency of all.png, which becomes white nor the 16 bits of all.png, of which 8 stay';
  for (const [name, output, picture, lost] of [
    [
      'linear',
      'jpg',
      { description },
      'what linear.png says of its colours (gAMA), which may look different',
    ],
    ['linear', 'png', { description }, undefined],
    ['opaque', 'jpg', { alpha: alpha(1) }, undefined],
    ['clear', 'jpg', { alpha: alpha(0) }, 'the transparency of clear.png, which becomes white'],
    ['deep', 'jpg', { bitDepth: 16 }, 'the 16 bits of deep.png, of which 8 stay'],
    [
      'all',
      'jpg',
      { description, alpha: alpha(0.5), bitDepth: 16 },
      `what all.png says of its colours (gAMA), which may look different${rest}`,
    ],
  ] as const) {
    writePicture(at(`${name}.png`), { image, bitDepth: 8, description: [], ...picture });
    const to = at(`${name}-too.${output}`);
    const told = await toldBy(async () => {
      const [job] = jobsOf(at(`${name}.png`), to, { force: false, keep: false });
      await job!.write(await job!.read());
    });
    assert.equal(told, lost ? [`${to}: a JPEG does not keep ${lost}; write a PNG to keep all\n`] : []);
  }
});

test('a pipe: the format of what comes in, and messages on standard error', () => {
  const input = readFileSync(at('photos/a.JPG'));
  const piped = execFileSync(
    process.execPath,
    [...process.execArgv, program, 'denoise', '-', '-', '--sigma', '20'],
    {
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  writeFileSync(at('piped.jpg'), piped);
  assert.equal(readPicture(at('piped.jpg')), readPicture(at('new/clean/a.JPG')));
});

for (const [method, name, least] of [
  ['nlm', 'non-local means', 3],
  ['bilateral', 'the bilateral filter', 2],
] as const) {
  test(`${method}: another method`, async () => {
    const { out, code, err } = await run(
      'denoise',
      'photos/b.png',
      `${method}.png`,
      '--sigma',
      '20',
      '--method',
      method,
    );
    assert.is(code, 0, err);
    assert.match(out, new RegExp(`restored with ${name}\n$`));
    assert.ok(decibels(readPng(at(`${method}.png`))) > decibels(noisyAt(20)) + least);
  });
}

test('without a method, what is for networks is said to do nothing where none of them is best', async () => {
  const options = ['--sigma', '200', '--multi-view', '--backend', 'wasm', '--force'];
  const { code, err, out } = await run('denoise', 'clean.png', 'other.png', ...options);
  assert.is(code, 0, err);
  assert.match(out, /restored with BM3D\n$/);
  const unused = 'not used by BM3D; --method nlrn takes a network\n';
  assert.is(err, `--multi-view: ${unused}--backend wasm: ${unused}`);
});

test('without a method, a picture that is too small for BM3D is restored by one that takes any size', () =>
  withMethods({ backend: 'auto' }, async (methodFor) => {
    for (const [width, height, channels, sigma, described] of [
      [1, 1, 1, 60, 'non-local means'],
      [10, 40, 3, 20, 'non-local means'],
      [11, 11, 1, 60, 'BM3D'],
    ] as const) {
      const image = createImage(width, height, channels);
      const { describe, denoise } = await methodFor(image, sigma);
      assert.is(describe, described);
      assert.is((await denoise(() => {})).data.length, image.data.length);
    }
  }));

test('noise that is added is that of its seed', () =>
  inFolder(folder, async () => {
    for (const [options, seed] of [
      ['', 0],
      ['--seed 3', 3],
    ] as const) {
      // Of so little noise nothing is removed: what is written is the noisy picture.
      const args = `denoise photos/b.png seeded.png --force --add-noise 12 --sigma 0 ${options}`.trim();
      await linesOf(nlrnCli, args);
      const wanted = noisyVersion({ name: 'b.png', image: noisyAt(20) }, 12, seed);
      assert.equal(readPng(at('seeded.png')), toUint8Range(wanted));
    }
  }));

test('--multi-view: the mean of all views by a network', () =>
  inFolder(folder, async () => {
    const config: NetworkConfig = { network: 'dncnn', channels: 2, depth: 2 };
    const backend = referenceBackend();
    let n = 0;
    const network = createNetwork(config, () => ((n++ * 7) % 11) / 11);
    await saveWeights(at('views.safetensors'), { network, config, backend });
    const noisy = noisyAt(20);
    for (const multiView of [false, true]) {
      const option = multiView ? ' --multi-view' : '';
      await linesOf(
        nlrnCli,
        `denoise photos/b.png views.png --force --sigma 20 --weights views.safetensors --backend reference${option}`,
      );
      const restored = await createRestorer(network, backend, { multiView })(noisy, { sigma: 20 });
      assert.equal(readPng(at('views.png')), toUint8Range(restored));
    }
  }));

test('weights are said to be for other noise where they, or their method, are named', async () => {
  // So near its own level those weights are still better than those for noise of any.
  const named = ['--sigma', '25.5', '--method', 'nlrn'];
  for (const [options, isWarned] of [
    [['--sigma', '25.5'], false],
    [named, true],
  ] as const) {
    const { out, err } = await run('denoise', 'photos/b.png', 'other.png', '--force', ...options);
    assert.match(out, /restored with nlrn-s25,/);
    assert.is(/trained for sigma 25; other noise is removed less well/.test(err), isWarned, err);
  }
});

test('pictures above four megapixels have fast BM3D unless another method is named', () =>
  withMethods({ backend: 'reference' }, async (methodFor) => {
    // The level is one for which no network is better than BM3D.
    const of = async (height: number) => {
      const { describe, warning } = await methodFor(createImage(2000, height), 200);
      return [describe, warning?.replace(/: .*/, '')];
    };
    assert.equal(await of(2000), ['BM3D', undefined]);
    assert.equal(await of(2001), ['fast BM3D', '4.0 megapixels']);
  }));

/** How many worker threads there are at the most during some work, and how many are started. */
async function threadsDuring(work: () => Promise<unknown>): Promise<{ most: number; started: number }> {
  let [now, most, started] = [0, 0, 0];
  const count = (worker: Worker) => {
    started++;
    most = Math.max(most, ++now);
    worker.once('exit', () => now--);
  };
  process.on('worker', count);
  await work().finally(() => process.off('worker', count));
  return { most, started };
}

test('memory: before BM3D a network gives back what it has taken; from grey picture to grey picture it stays', async () => {
  const grey = noisyAt(25);
  const shaded = inChannels(grey, 3).data.map((value, i) => value * (1 - 0.1 * (i % 3)));
  const colour = createImage(grey.width, grey.height, 3, shaded);
  const restoring = (method: 'nlrn' | undefined, pictures: readonly (readonly [Image, number])[]) =>
    withMethods({ method, backend: 'auto', threads: 2 }, async (methodFor) => {
      for (const [image, sigma] of pictures) await (await methodFor(image, sigma)).denoise(() => {});
    });
  const told = await toldBy(async () => {
    // Of two threads a backend starts one, and one that watches it; BM3D one, which is the best method at sigma 200.
    for (const [method, pictures, started] of [
      [
        'nlrn',
        [
          [grey, 25],
          [grey, 25],
        ],
        2,
      ],
      [
        'nlrn',
        [
          [colour, 25],
          [colour, 25],
        ],
        6,
      ],
      [
        undefined,
        [
          [grey, 25],
          [grey, 200],
        ],
        3,
      ],
    ] as const)
      assert.equal(await threadsDuring(() => restoring(method, pictures)), { most: 2, started });
  });
  assert.is(told.filter((line) => line.startsWith('backend: wasm (2 threads)')).length, 3);
});

test('memory: a thousand megabytes, what is given, or what a picture needs', () => {
  const MB = 2 ** 20;
  // A copy of 2^20 float32 samples has 4 MB; 410 MB are those of Node, and at least 100 are for the work.
  const image = createImage(1024, 1024);
  const samples = image.data.byteLength / MB;
  assert.is(workingMemory(image, 3, undefined), (1000 - 410 - 3 * samples) * MB);
  assert.is(workingMemory(image, 3, 2000), (2000 - 410 - 3 * samples) * MB);
  assert.is(workingMemory(image, 200, undefined), 100 * MB);
});

test('memory: the copies that transparency and added noise need are counted', () =>
  inFolder(folder, async () => {
    const image = createImage(1024, 1024);
    const alpha = new Float32Array(1024 * 1024).fill(0.5);
    writePng(at('opaque.png'), image);
    writePicture(at('alpha.png'), { image, alpha, bitDepth: 8, description: [] });
    // A copy has 4 MB: the picture and its result; its noisy version; its alpha and what shows of it.
    for (const [options, copies] of [
      ['opaque.png m.png', 2],
      ['opaque.png m.png --add-noise 20', 3],
      ['alpha.png m.png', 4],
      ['alpha.png m.png --add-noise 20', 5],
    ] as const)
      await fails(
        `denoise ${options} --memory 511 --sigma 20 --method nlm`,
        new RegExp(`^--memory 511: .* needs at least ${510 + 4 * copies};`),
      );
  }));

test('without noise a picture stays as it is', async () => {
  const { out } = await run('denoise', 'clean.png', 'same.png');
  assert.match(
    out,
    /^noise: sigma 0, estimated\nwrote \S+same\.png, as it was: there is no noise to remove\n$/,
  );
  assert.equal(readPng(at('same.png')), readPng(at('clean.png')));
  // A file of the same format is copied: another encoder's bytes, and no second loss of a JPEG.
  const jpeg = encodePicture('x', { image: truth, bitDepth: 8, description: [] }, 'jpg');
  writeFileSync(at('clean.jpg'), Buffer.concat([...jpeg, Buffer.from('the end')]));
  for (const output of ['copied.jpeg', 'converted.png'])
    assert.match((await run('denoise', 'clean.jpg', output)).out, /, as it was: /);
  assert.equal(readFileSync(at('copied.jpeg')), readFileSync(at('clean.jpg')));
  assert.equal(readPicture(at('converted.png')).image, readPicture(at('clean.jpg')).image);
});

test('so little noise that it may be texture is left, unless its level is told', async () => {
  writePng(at('little.png'), noisyAt(1.5));
  const left = await run('denoise', 'little.png', 'left.png');
  const [, sigma] = left.out.match(
    /^noise: sigma (\d(?:\.\d)?), estimated\nwrote \S+left\.png, as it was: so little may be texture; --sigma \1 removes it\n$/,
  ) ?? [left.out];
  assert.ok(Math.abs(Number(sigma) - 1.5) < 0.8, sigma);
  assert.equal(readPng(at('left.png')), readPng(at('little.png')));
  const told = await run('denoise', 'little.png', 'told.png', '--sigma', '1.5');
  assert.match(
    told.out,
    /^noise: sigma 1\.5, as given\nwrote \S+told\.png, restored with (BM3D|nlrn-\w+, weights trained for [^\n]+)\n$/,
  );
  assert.ok(decibels(readPng(at('told.png'))) > decibels(readPng(at('little.png'))));
});

test('of 16 bits less noise is removed than of 8, whose steps hide it; a level that is given is said as it is', () =>
  inFolder(folder, async () => {
    const little = noisyVersion({ name: 'x', image: truth }, 0.25, 0);
    for (const [bitDepth, sigma, how] of [
      [8, '0.25', 'as it was: so little noise is below the steps of its values'],
      [8, '0.04', 'as it was: so little noise is below the steps of its values'],
      [8, '0', 'as it was: there is no noise to remove'],
      [16, '0.25', 'restored with BM3D'],
    ] as const) {
      writePicture(at('fine.png'), { image: little, bitDepth, description: [] });
      const args = `denoise fine.png finer.png --force --method bm3d --threads 1 --sigma ${sigma}`;
      const [noise, wrote] = await linesOf(nlrnCli, args);
      assert.is(noise, `noise: sigma ${sigma}, as given`);
      assert.is(wrote, `wrote ${at('finer.png')}, ${how}`);
      const gain = decibels(readPng(at('finer.png'))) - decibels(readPng(at('fine.png')));
      assert.ok(how.startsWith('as') ? gain === 0 : gain > 0, `${bitDepth} bits, ${sigma}: ${gain} dB`);
    }
  }));

test('what cannot be is told before any work', () =>
  inFolder(folder, async () => {
    writePng(at('tiny.png'), createImage(9, 9));
    await fails('denoise tiny.png o.png', /^tiny\.png: an image of 9 x 9 pixels is too small .*--sigma$/);
    writePng(at('five.png'), createImage(5, 5));
    await fails(
      'denoise five.png o.png --sigma 20 --method bm3d',
      /^five\.png: 5 x 5 pixels are too few: BM3D at sigma 20 needs at least 8 x 8; non-local means \(nlm\) takes any size$/,
    );
    writePng(at('long.png'), createImage(65_536, 9));
    await fails(
      'denoise long.png o.jpg --sigma 20',
      /^long\.png: 65536 x 9 pixels, a JPEG has 65535 on a side at the most; write a PNG$/,
    );
    await fails(`denoise ${'x'.repeat(300)}.png o.png`, /x\.png: cannot be read: ENAMETOOLONG/);
    for (const output of ['out', 'o.png'])
      await fails(`denoise photoz ${output}`, /^input \S+photoz: no such file or folder; check the path$/);
    await fails('denoise clean.png o.gif', /^output \S+o\.gif: its name must end in \.png, \.jpg or \.jpeg$/);
    await fails('denoise photos -', /^output -: the pictures of a folder go to a folder/);
    await fails('denoise photos clean.png', /clean\.png: is a file, name a folder$/);
    await fails('denoise photos photos', /a\.JPG: is the input; .*--force/);
    await fails('denoise clean.png o.png --strength 2', /^--strength 2: /);
    // BM3D would make all of it black.
    for (const option of ['--sigma', '--add-noise'])
      await fails(
        `denoise clean.png o.png ${option} 1e4`,
        new RegExp(`^${option} 10000: needs to be <=255$`),
      );
    await fails(
      'denoise clean.png o.png --method magic',
      /^--method magic: unknown; there are bm3d, bm3d-fast, wnnm, nlm, bilateral, nlrn/,
    );
    await fails('denoise clean.png o.png --method bm3d --weights w', /^--method bm3d: takes no --weights/);
    await fails('denoise clean.png o.png --method nlm --multi-view', /^--method nlm: takes no --multi-view;/);
    await fails('denoise clean.png o.png --method nlm --backend wasm', /^--method nlm: takes no --backend;/);
    await fails('denoise clean.png o.png --method wnnm --memory 900', /^--method wnnm: takes no --memory;/);
    await fails(
      'denoise clean.png o.png --weights nothere.safetensors',
      /nothere\.safetensors: no such file; check the path$/,
    );
    await fails('denoise clean.png o.png --memory 0', /^--memory 0: /);
    await fails(
      'denoise clean.png o.png --memory 300 --sigma 20',
      /^--memory 300: a picture of 40 x 40 pixels needs at least 511; give that, or leave it out$/,
    );
    await fails('denoise clean.png o.png --compare o.png', /^--compare \S+: its name must end in \.html$/);
    await fails('denoise clean.png o.png --threads 0', /^--threads 0: needs a whole number from 1/);
    await fails('denoise clean.png o.png --sigma -', /^--sigma -: needs a number$/);
    for (const option of ['--weights', '--method', '--compare'])
      await fails(
        `denoise clean.png o.png ${option} -`,
        new RegExp(`^${option} -: only input and output can be a pipe;`),
      );
    mkdirSync(at('latin'));
    writeFileSync(Buffer.from(`${at('latin/caf')}\xe9.jpg`, 'latin1'), '');
    await fails('denoise latin out', /caf\\xe9\.jpg: its name is not in UTF-8; rename it$/);
    mkdirSync(at('bare'));
    await fails('denoise bare out', /bare: no PNG or JPEG file in this folder$/);
    assert.not.ok(readdirSync(folder).includes('out'));
  }));

test.run();
