import { dirname } from 'node:path';

/** What a user can do when the file system has refused to write, rename or delete `path`. */
export function remedy(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const folder = dirname(path);
  if (code === 'ENOENT') return `the folder ${folder} does not exist, create it first`;
  if (code === 'ENOTDIR') return `${folder} is not a folder`;
  if (code === 'EISDIR' || code === 'ERR_FS_EISDIR' || code === 'ENOTEMPTY' || code === 'EEXIST')
    return 'a folder of that name is in the way';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `the folder ${folder} is not writable`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full, make room first';
  if (code === 'ENAMETOOLONG') return 'its name is too long, give a shorter one';
  return message;
}
