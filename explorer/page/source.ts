import { KINDS, type Kind, type NamedImage, toGrey } from '@nlrn/data';
import { byId, element } from './elements.ts';
import type { Explorer } from './explorer.ts';
import { showPart, whenShown } from './parts.ts';
import { type ReadPicture, readPicture } from './pictures.ts';

/** Side of generated pictures */
const SIDE = 256;

const kind = byId('kind', HTMLSelectElement);
const file = byId('file', HTMLInputElement);
const most = byId('most', HTMLSelectElement);
const grey = byId('grey', HTMLInputElement);

/** A picture, and where it comes from. */
export interface Picture extends NamedImage {
  readonly origin: 'generated' | 'own';
  readonly smallerFrom?: ReadPicture['smallerFrom'];
}

/** Hands on each picture that is chosen, dropped, pasted or generated, beginning with a generated one. */
export function watchSource({ worker, attempt }: Explorer, open: (picture: Picture) => Promise<void>): void {
  let opened: Picture | undefined;
  /** The file that it is of, if it is not generated */
  let source: File | undefined;
  let seed = 1;

  const show = (picture: Picture, from?: File) => {
    [opened, source] = [picture, from];
    showFile(source);
    void attempt(() => open(grey.checked ? { ...picture, image: toGrey(picture.image) } : picture));
  };
  let last = Promise.resolve();
  /** Pictures come in the order in which they are asked for, however long each takes. */
  const inTurn = (work: () => Promise<void>) => {
    last = last.then(() => attempt(work));
  };
  const generate = async () => {
    const chosen = kind.value as Kind;
    const name = `${chosen}-${seed}.png`;
    const image = await worker.ask('generate', { kind: chosen, side: SIDE, seed });
    show({ name, image, origin: 'generated' });
  };
  const read = async (given: File) => {
    const picture = await readPicture(given, Number(most.value)).catch((error) => {
      showFile(source);
      throw error;
    });
    show({ name: given.name, origin: 'own', ...picture }, given);
    // It may have been dropped on another part of the page.
    showPart('#restore');
  };
  const readOr = (files: FileList | undefined, missing: string) => {
    // The list is empty once the event is over.
    const [given, ...others] = files ?? [];
    inTurn(async () => {
      if (!given) throw new Error(missing);
      await read(given);
      if (others.length > 0)
        throw new Error(`one picture at a time: of ${others.length + 1} files ${given.name} was opened`);
    });
  };

  kind.append(...KINDS.toReversed().map((name) => element('option', name)));
  kind.addEventListener('change', () => inTurn(generate));
  byId('another', HTMLButtonElement).addEventListener('click', () => {
    seed++;
    inTurn(generate);
  });
  file.addEventListener('change', () => {
    const given = file.files?.[0];
    if (given) inTurn(() => read(given));
  });
  most.addEventListener('change', () =>
    inTurn(async () => {
      if (source) await read(source);
    }),
  );
  grey.addEventListener('change', () => opened && show(opened, source));
  watchDrops((given) => readOr(given, 'what was dropped is no file: save the picture, and drop its file'));
  document.addEventListener('paste', ({ clipboardData, target }) => {
    const isTyped = takesText(target) && clipboardData?.types.includes('text/plain');
    if (!isTyped) readOr(clipboardData?.files, 'the clipboard holds no picture');
  });
  // A phone is slower.
  most.value = matchMedia('(pointer: coarse)').matches ? '65536' : '1048576';
  whenShown('#restore', () =>
    inTurn(async () => {
      if (!opened) await generate();
    }),
  );
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
function watchDrops(dropped: (files: FileList | undefined) => void): void {
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
    dropped(event.dataTransfer?.files);
  });
}
