/** What a page has of this package: safetensors as bytes, and a FileError for what needs files. */

export * from './anywhere.ts';
export { checkWritable, fileExists, readSafetensors, writeSafetensors } from './noFiles.ts';
