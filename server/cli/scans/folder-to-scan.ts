import { access, constants, realpath, stat } from 'node:fs/promises';
import type { Io } from '../io.js';
import { usageError } from '../usage-error.js';

/** The real path of a folder that the operator names, relative to where he is. */
export async function folderToScan(io: Io, given: string): Promise<string> {
  try {
    const path = await realpath(io.path(given));
    if (!(await stat(path)).isDirectory()) throw usageError(`${given} is a file; name its folder`);
    await access(path, constants.R_OK | constants.X_OK);
    if (path === '/') throw usageError('the whole machine is too much; name a folder below /');
    return path;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    if (error.code === 'ENOENT') throw usageError(`there is no folder ${given}`, error);
    throw usageError(`${given} cannot be read (${error.code})`, error);
  }
}
