/** Whether an import has failed because there is no npm package of this name. */
export function isMissing(name: string, error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`package '${name}'`);
}
