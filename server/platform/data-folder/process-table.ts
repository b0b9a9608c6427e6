import { readdirSync, readFileSync } from 'node:fs';

/** What Linux shows of a process; on other systems only process groups are known. */
export interface ProcessFacts {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** In clock ticks since the machine's start: with the id it names a process for good. */
  started: string;
  ended: boolean;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // ended meanwhile, another user's, or no /proc
  }
}

export function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

export function factsOf(pid: number): ProcessFacts | null {
  const stat = read(`/proc/${pid}/stat`);
  if (!stat) return null;
  // The name stands in brackets and may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    started: fields[19] ?? '',
    ended: fields[0] === 'Z' || fields[0] === 'X',
  };
}

/** Private memory: pages shared with others, such as libraries, would be counted many times. */
export function memoryOf(pid: number): number {
  const status = read(`/proc/${pid}/status`) ?? '';
  let kilobytes = 0;
  for (const [, amount] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) {
    kilobytes += Number(amount);
  }
  return kilobytes * 1024;
}

export function environmentHolds(pid: number, text: string): boolean {
  return read(`/proc/${pid}/environ`)?.includes(text) ?? false;
}

export function startOf(pid: number): string | null {
  return factsOf(pid)?.started ?? null;
}

/** Whether that very process lives; ids are given out again, starts are not. */
export function isRunning(pid: number, started: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return started === null || startOf(pid) === started;
}
