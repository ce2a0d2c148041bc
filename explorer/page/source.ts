import { KINDS, type Kind, type NamedImage, toGrey } from '@nlrn/data';
import { byId, element } from './elements.ts';
import type { Explorer } from './explorer.ts';
import { showPart, whenShown } from './parts.ts';
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
  /** The file that it is of, if it is not generated */
  let source: File | undefined;
  let seed = 1;

  const show = async (picture: NamedImage, from?: File) => {
    [opened, source] = [picture, from];
    showFile(source);
    await open(grey.checked ? { ...picture, image: toGrey(picture.image) } : picture);
  };
  const generate = () =>
    attempt(async () => {
      const chosen = kind.value as Kind;
      const image = await worker.ask('generate', { kind: chosen, side: SIDE, seed });
      await show({ name: `${chosen}-${seed}.png`, image });
    });
  const read = (given: File) =>
    attempt(async () => {
      const image = await readPicture(given, Number(most.value)).catch((error) => {
        showFile(source);
        throw error;
      });
      const shown = show({ name: given.name, image }, given);
      // It may have been dropped on another part of the page.
      showPart('#restore');
      await shown;
    });
  const readOr = (given: File | undefined, missing: string) =>
    given ? read(given) : attempt(() => Promise.reject(new Error(missing)));

  kind.append(...KINDS.toReversed().map((name) => element('option', name)));
  kind.addEventListener('change', generate);
  byId('another', HTMLButtonElement).addEventListener('click', () => {
    seed++;
    void generate();
  });
  file.addEventListener('change', () => file.files?.[0] && read(file.files[0]));
  most.addEventListener('change', () => source && read(source));
  grey.addEventListener('change', () => attempt(async () => opened && show(opened, source)));
  watchDrops((given) => readOr(given, 'what was dropped is no file: save the picture, and drop its file'));
  document.addEventListener('paste', ({ clipboardData, target }) => {
    const isTyped = takesText(target) && clipboardData?.types.includes('text/plain');
    if (!isTyped) void readOr(clipboardData?.files[0], 'the clipboard holds no picture');
  });
  // A phone is slower.
  most.value = matchMedia('(pointer: coarse)').matches ? '65536' : '1048576';
  whenShown('#restore', () => {
    if (!opened) void generate();
  });
}

/** Has the control for files name this one, as if it had been chosen there, or none. */
function showFile(shown: File | undefined): void {
  const list = new DataTransfer();
  if (shown) list.items.add(shown);
  file.files = list.files;
}

/** Whether something is where one types. */
function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type === 'number';
  return target instanceof HTMLTextAreaElement;
}

/** A file may be dropped anywhere on the page; text, and what else is no file, only where one types. */
function watchDrops(dropped: (file: File | undefined) => void): void {
  const over = (isOver: boolean) => document.body.classList.toggle('over', isOver);
  const isOurs = ({ dataTransfer, target }: DragEvent) =>
    dataTransfer?.types.includes('Files') || !takesText(target);
  document.addEventListener('dragover', (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    over(true);
  });
  document.addEventListener('dragleave', () => over(false));
  document.addEventListener('drop', (event) => {
    over(false);
    if (!isOurs(event)) return;
    event.preventDefault();
    dropped(event.dataTransfer?.files[0]);
  });
}
