/** Files that appear whole or not at all, locks, safetensors, and what to say when something is in the way. */

export * from './anywhere.ts';
export { type Claim, ClaimedError, claim } from './claim.ts';
export { fileExists } from './fileExists.ts';
export { isFolder } from './isFolder.ts';
export { deleteFile, keepAside } from './keepAside.ts';
export { makeFolder } from './makeFolder.ts';
export { readBytes, readText } from './readBytes.ts';
export { remedy } from './remedy.ts';
export { checkWritable, Replacement, replaceFile } from './replaceFile.ts';
export { readSafetensors, writeSafetensors } from './safetensorsFile.ts';
export { slicesOf } from './slicesOf.ts';
