/** Images in files: PNG and JPEG, and folders of them. */

export { lostInJpeg } from './colorSpace.ts';
export { loadFolder, namesIn } from './folder.ts';
export { overWhite, type Picture, spreadColors, visibleColors, withColors } from './picture.ts';
export {
  checkSides,
  decodePicture,
  encodePicture,
  formatOf,
  formatOfBytes,
  isJpeg,
  type PictureFormat,
  readPicture,
  writePicture,
} from './pictureFile.ts';
export { encodePng } from './png/encode.ts';
export { readPng, writePng } from './png.ts';
