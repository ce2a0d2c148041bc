/** The process of `probeMode`: opens the mode that it is given, sends a report to its parent, and ends. */
import { type GpuMode, ModeError, UPDATE_DRIVER } from '../modes.ts';
import { isMissing } from './missingPackage.ts';
import type { ModeReport } from './probe.ts';

const mode = process.argv[2] as GpuMode;

process.send!(await report(), () => process.exit());

async function report(): Promise<ModeReport> {
  try {
    // Here, since gpu.js is optional: an import at the top would end the process without a report.
    const { openMode } = await import('../open.ts');
    const { adapter, limits } = await openMode(mode);
    return { mode, adapter, limits };
  } catch (error) {
    if (error instanceof ModeError) return { mode, fault: error.fault, remedy: error.remedy };
    if (isMissing('gpu.js', error)) {
      return { mode, fault: 'the npm package gpu.js is not installed', remedy: 'install it' };
    }
    return { mode, fault: String(error), remedy: UPDATE_DRIVER };
  }
}
