/** What is wrong with a JPEG file; to follow the file's name. */
export class JpegFault extends Error {
  override readonly name = 'JpegFault';
}
