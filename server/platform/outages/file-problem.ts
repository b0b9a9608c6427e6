import { outage } from './outage.js';

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk of DATA_DIR is full: free space on it',
  EDQUOT: 'the disk quota of DATA_DIR is used up: free space, or raise the quota',
  EROFS: 'the disk of DATA_DIR is read-only: make it writable',
  EACCES: 'this program may not write to DATA_DIR: give it access',
  EPERM: 'this program may not write to DATA_DIR: give it access',
  EMFILE: 'too many files are open: raise the limit of open files',
  ENFILE: 'too many files are open on this host',
};

/** What an operator can do about this error of the file system; null for others. */
export function problemOfFiles(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return PROBLEMS[code ?? ''] ?? null;
}

/** An error of writing to DATA_DIR as an outage of the disk; others unchanged. */
export function asDiskOutage(error: unknown): unknown {
  const problem = problemOfFiles(error);
  return problem === null ? error : outage('disk', problem, error);
}
