import type * as z from 'zod';

/** `network.channels: Too small …; steps: …`: every fault with the key at which it lies. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`)
    .join('; ');
}
