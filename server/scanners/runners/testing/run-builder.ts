import type { ToolRun } from '../../runs/tool-run.js';

/** A run of the fake tool (fake-tool.sh), registered as nmap. */
export function aRun(args: readonly string[], changes: Partial<ToolRun> = {}): ToolRun {
  return {
    tool: 'nmap',
    args,
    env: {},
    files: [],
    network: 'none',
    mounts: [],
    limits,
    ...changes,
  };
}

const limits = {
  timeoutMs: 60_000,
  memoryBytes: 256_000_000,
  cpus: 1,
  pids: 60,
  outputBytes: 100_000_000,
};

export function withLimits(changes: Partial<ToolRun['limits']>): Pick<ToolRun, 'limits'> {
  return { limits: { ...limits, ...changes } };
}
