/** What is wrong with a PNG file, and what a user can do; to follow the file's name. */
export class PngFault extends Error {
  override readonly name = 'PngFault';
  readonly remedy: string;

  constructor(fault: string, { remedy = 'replace it by a whole PNG image', ...options }: FaultOptions = {}) {
    super(fault, options);
    this.remedy = remedy;
  }
}

type FaultOptions = ErrorOptions & { readonly remedy?: string };
