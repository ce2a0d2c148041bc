import { createImage, dihedral, type Image, type OnProgress, pieceOf } from '@nlrn/data';

/** Those that keep width and height first: there is a program for each size. */
const TURNS = [0, 1, 4, 5, 2, 3, 6, 7];

/** The one of the eight flips and rotations that undoes another: a mirroring undoes itself. */
const inverseOf = (turn: number) => (turn % 2 === 1 ? turn : (8 - turn) % 8);

/** The mean of what is made of an image and of its seven other turns, enlarged or not, turned back: eight times the work. */
export async function ofAllTurns(
  image: Image,
  restore: (turned: Image, onProgress: OnProgress) => Promise<Image>,
  { enlarges, onProgress }: { enlarges: number; onProgress: OnProgress | undefined },
): Promise<Image> {
  const mean = createImage(enlarges * image.width, enlarges * image.height, image.channels);
  for (const [i, turn] of TURNS.entries()) {
    const told = pieceOf(i, TURNS.length, onProgress);
    const restored = dihedral(await restore(dihedral(image, turn), told), inverseOf(turn));
    for (let k = 0; k < mean.data.length; k++) mean.data[k]! += restored.data[k]! / TURNS.length;
  }
  return mean;
}
