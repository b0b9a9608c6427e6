import { access, constants, realpath, stat } from 'node:fs/promises';
import type { Io } from '../io.js';
import { usageError } from '../usage-error.js';

/** The real path of a readable folder given by the operator. */
export async function folderToScan(io: Io, given: string): Promise<string> {
  try {
    const path = await realpath(io.path(given));
    if (!(await stat(path)).isDirectory()) throw usageError(`${given} is a file; give its folder`);
    await access(path, constants.R_OK | constants.X_OK);
    if (path === '/') throw usageError('cannot scan the whole machine; give a folder below /');
    return path;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    if (error.code === 'ENOENT') throw usageError(`there is no folder ${given}`, error);
    throw usageError(`${given} cannot be read (${error.code})`, error);
  }
}
