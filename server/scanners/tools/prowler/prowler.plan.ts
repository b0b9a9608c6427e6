import { InvalidInputError } from '../../../platform/errors.js';
import type { RunLimits, ToolRun } from '../../runs/tool-run.js';
import type { ProwlerOptions, ProwlerTarget } from './prowler.providers.js';
import { providerPart } from './prowler.providers.js';
import { type ProwlerScope, scopeFlags } from './prowler.scope.js';

const LIMITS: RunLimits = {
  timeoutMs: 4 * 3600_000,
  memoryBytes: 4 * 1024 ** 3,
  cpus: 2,
  pids: 512,
  outputBytes: 4 * 1024 ** 3,
};

/**
 * One start of Prowler. Every flag comes from here and from closed lists; callers cannot pass any, so
 * flags that run code (`--checks-folder`), write to the account (`--fixer`), use the secrets they find
 * (`--scan-secrets-validate`) or contact others (mute lists by ARN, `--slack`, `--security-hub`) are
 * unreachable. `--status` is never passed: without passes there is no evidence.
 */
export function planProwler(target: ProwlerTarget, options: ProwlerOptions): ToolRun {
  const { args, env, files } = providerPart(target, options);
  return {
    tool: 'prowler',
    args: [
      ...args,
      ...scopeFlags(options.scope ?? {}),
      '-M',
      'json-ocsf',
      '-F',
      'report',
      '-o',
      '{output}',
      '--log-level',
      'ERROR',
      '--log-file',
      '{output}/prowler.log',
      '-b',
      '--no-color',
      '-z',
    ],
    env: { TZ: 'UTC', ...env },
    files,
    network: 'targets',
    mounts: [],
    limits: { ...LIMITS, ...options.limits },
  };
}

/** The sub-jobs of an AWS account: one per region. Other targets are one run. */
export function prowlerRuns(
  target: ProwlerTarget,
  options: ProwlerOptions,
): { region: string; run: ToolRun }[] {
  if (target.kind !== 'aws') return [{ region: '', run: planProwler(target, options) }];
  return [...new Set(target.regions)].map((region) => ({
    region,
    run: planProwler(target, { ...options, region }),
  }));
}

/** The run that prints the checks expected of a scan of this scope. Needs no login. */
export function listChecksRun(provider: ProwlerTarget['kind'], scope: ProwlerScope = {}): ToolRun {
  if (!['aws', 'azure', 'gcp', 'kubernetes'].includes(provider)) {
    throw new InvalidInputError('Prowler scans aws, azure, gcp and kubernetes only');
  }
  return {
    tool: 'prowler',
    args: [
      provider,
      '--list-checks-json',
      ...scopeFlags({ ...scope, excludedRegions: [] }),
      '-b',
      '--no-color',
    ],
    env: { TZ: 'UTC' },
    files: [],
    network: 'none',
    mounts: [],
    limits: { ...LIMITS, timeoutMs: 3 * 60_000, outputBytes: 16 * 1024 ** 2 },
  };
}

/** Parses that run's output: sorted check ids; null if it is not such a list. */
export function readCheckList(stdout: string): string[] | null {
  const start = stdout.indexOf('{');
  const end = stdout.lastIndexOf('}');
  // A list, or in older releases the text of a Python set.
  const ids = stdout.slice(start, end + 1).match(/(?<![a-z0-9_])[a-z0-9]+(?:_[a-z0-9]+)+/g);
  return start < 0 || end < start || !ids ? null : [...new Set(ids)].sort();
}
