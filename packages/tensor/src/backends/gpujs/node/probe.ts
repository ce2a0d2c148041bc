import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Adapter, type GpuMode, UPDATE_DRIVER } from '../modes.ts';

/** What a mode of gpu.js has found on this machine, or why it is missing and what to do about it. */
export type ModeReport =
  | { readonly mode: GpuMode; readonly adapter: Adapter; readonly limits: Readonly<Record<string, number>> }
  | { readonly mode: GpuMode; readonly fault: string; readonly remedy: string };

/** The file of its process; undefined in a bundle that has no address to find it by. */
function ownProcess(): string | undefined {
  try {
    return fileURLToPath(new URL('./probeProcess.ts', import.meta.url));
  } catch {
    return undefined;
  }
}

/** Drivers answer within a second or two; one that is stuck must not keep a command from starting. */
const TIMEOUT_MS = 20_000;

/**
 * Opens a mode of gpu.js in a process of its own, and reports what it has found. Never throws.
 *
 * In its own process, because graphics drivers are native code that can end a process, hang, or write to its stderr.
 */
export async function probeMode(
  mode: GpuMode,
  { file = ownProcess(), timeoutMs = TIMEOUT_MS } = {},
): Promise<ModeReport> {
  if (file === undefined || !existsSync(file)) {
    const fault = 'the process that looks for it is not there, as in a bundle';
    return { mode, fault, remedy: 'leave @nlrn/tensor out of the bundle' };
  }
  const child = fork(file, [mode], { silent: true });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const { report, ended, warnings } = await outcomeOf(child);
  clearTimeout(timer);
  if (!report) {
    const fault = child.killed ? `did not answer within ${timeoutMs / 1000} s` : ended;
    return { mode, fault: inBrackets(`its driver ${fault}`, warnings), remedy: UPDATE_DRIVER };
  }
  return 'fault' in report ? { ...report, fault: inBrackets(report.fault, warnings) } : report;
}

interface Outcome {
  readonly report?: ModeReport | undefined;
  /** How the process has ended */
  readonly ended: string;
  /** What it has written to its stderr: Dawn's warnings, without the places in its sources */
  readonly warnings: readonly string[];
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let report: ModeReport | undefined;
  let text = '';
  child.once('message', (message) => {
    report = message as ModeReport;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const warnings = () => [...text.matchAll(/^Warning: (.*)$/gm)].map(([, warning]) => warning!);
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ ended: `cannot be tried: ${message}`, warnings: [] }));
    child.once('close', (code, signal) => {
      resolve({ report, ended: `ended its process: ${signal ?? `code ${code}`}`, warnings: warnings() });
    });
  });
}

function inBrackets(fault: string, warnings: readonly string[]): string {
  return warnings.length === 0 ? fault : `${fault} (${warnings.join('; ')})`;
}

/** Where Linux shows graphics cards: Direct Rendering, NVIDIA, AMD compute, Windows' subsystem, and Jetson boards. */
const DEVICE_FILES = /^(dri|nvidia\d+|kfd|dxg|nvhost-gpu|mali\d+)$/;

/** Whether this machine may have a GPU: false only on a Linux that shows none, which spares it the drivers. */
export function mayHaveGpu(folder = '/dev', platform: string = process.platform): boolean {
  if (platform !== 'linux' || !existsSync(folder)) return platform !== 'linux';
  return readdirSync(folder).some((name) => DEVICE_FILES.test(name));
}
