/** What needs no files: it is the same in Node and in a page. */

export { FileError } from './fileError.ts';
export { parseJson } from './parseJson.ts';
export {
  formatSafetensors,
  type NamedBytes,
  parseSafetensors,
  type Safetensors,
  type StoredTensor,
} from './safetensors.ts';
export { describeIssues } from './schemaErrors.ts';
