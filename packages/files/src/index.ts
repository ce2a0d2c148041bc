/** Files that appear whole or not at all, locks, safetensors, and what to say when something is in the way. */

export { type Claim, ClaimedError, claim } from './claim.ts';
export { FileError } from './fileError.ts';
export { deleteFile, keepAside } from './keepAside.ts';
export { makeFolder } from './makeFolder.ts';
export { parseJson } from './parseJson.ts';
export { readBytes, readText } from './readBytes.ts';
export { remedy } from './remedy.ts';
export { checkWritable, replaceFile } from './replaceFile.ts';
export { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';
export { describeIssues } from './schemaErrors.ts';
