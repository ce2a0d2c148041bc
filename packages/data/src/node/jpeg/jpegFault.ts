/** What is wrong with a JPEG file, and what a user can do; to follow the file's name. */
export class JpegFault extends Error {
  override readonly name = 'JpegFault';
  readonly remedy: string;

  constructor(
    fault: string,
    { remedy = 'replace it by a whole JPEG or PNG image', ...options }: FaultOptions = {},
  ) {
    super(fault, options);
    this.remedy = remedy;
  }
}

type FaultOptions = ErrorOptions & { readonly remedy?: string };
