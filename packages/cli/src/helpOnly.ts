/** Of a program without options: shows its usage for `--help`, refuses all else; whether it has, and nothing is to be done. */
export function helpOnly(usage: string, given: readonly string[] = process.argv.slice(2)): boolean {
  const [first] = given;
  if (first === undefined) return false;
  if (first === '--help') console.log(usage);
  else {
    console.error(`${first}: there are no options but --help\n\n${usage}`);
    process.exitCode = 1;
  }
  return true;
}
