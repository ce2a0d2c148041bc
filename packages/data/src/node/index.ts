/** Images in files: PNG, and folders of them. */

export { loadFolder } from './folder.ts';
export { overWhite, type Picture, visibleColors, withColors } from './picture.ts';
export { encodePng } from './png/encode.ts';
export { decodePicture, readPicture, readPng, writePicture, writePng } from './png.ts';
