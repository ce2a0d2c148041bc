import { KINDS, type Kind, type NamedImage, toGrey } from '@nlrn/data';
import { byId, element } from './elements.ts';
import type { Explorer } from './explorer.ts';
import { whenShown } from './parts.ts';
import { readPicture } from './pictures.ts';

/** Side of generated pictures */
const SIDE = 256;

const kind = byId('kind', HTMLSelectElement);
const file = byId('file', HTMLInputElement);
const most = byId('most', HTMLSelectElement);
const grey = byId('grey', HTMLInputElement);

/** Hands on each picture that is chosen, dropped, pasted or generated, beginning with a generated one. */
export function watchSource(
  { worker, attempt }: Explorer,
  open: (picture: NamedImage) => Promise<void>,
): void {
  let opened: NamedImage | undefined;
  let seed = 1;

  const show = async (picture: NamedImage) => {
    opened = picture;
    await open(grey.checked ? { ...picture, image: toGrey(picture.image) } : picture);
  };
  const generate = () =>
    attempt(async () => {
      const chosen = kind.value as Kind;
      const image = await worker.ask('generate', { kind: chosen, side: SIDE, seed });
      await show({ name: `${chosen}-${seed}.png`, image });
    });
  const read = (given: File | undefined | null) =>
    attempt(async () => {
      if (given) await show({ name: given.name, image: await readPicture(given, Number(most.value)) });
    });

  kind.append(...KINDS.toReversed().map((name) => element('option', name)));
  kind.addEventListener('change', generate);
  byId('another', HTMLButtonElement).addEventListener('click', () => {
    seed++;
    void generate();
  });
  file.addEventListener('change', () => read(file.files?.[0]));
  most.addEventListener('change', () => read(file.files?.[0]));
  grey.addEventListener('change', () => attempt(async () => opened && show(opened)));
  watchDrops(read);
  document.addEventListener('paste', ({ clipboardData }) => void read(clipboardData?.files[0]));
  // A phone is slower.
  most.value = matchMedia('(pointer: coarse)').matches ? '65536' : '1048576';
  whenShown('#restore', () => void generate());
}

/** A file may be dropped anywhere on the page. */
function watchDrops(read: (file: File | undefined) => void): void {
  const over = (isOver: boolean) => document.body.classList.toggle('over', isOver);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener('dragleave', () => over(false));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    read(event.dataTransfer?.files[0]);
  });
}
