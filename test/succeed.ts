import { spawnSync } from 'node:child_process';

/** Runs programs that a script of package.json finds, one after the other; whether all have succeeded. The first that has not is the last. */
export function succeed(commands: readonly (readonly string[])[]): boolean {
  return commands.every(([name, ...args]) => {
    // Windows starts what npm installs by a shell alone.
    const shell = process.platform === 'win32';
    const { status, error } = spawnSync(name!, args, { stdio: 'inherit', shell });
    if (error) console.error(`${name}: ${error.message}`);
    return status === 0;
  });
}
