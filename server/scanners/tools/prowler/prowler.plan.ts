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
 * One start of Prowler. Every flag comes from here and from closed lists; there is no way to hand one
 * in, so that those which run code (`--checks-folder`), write to the account (`--fixer`), use what
 * they find (`--scan-secrets-validate`) or call out (mute lists by ARN, `--slack`, `--security-hub`)
 * cannot be reached. `--status` is never passed: without passes there is no evidence.
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

/** The run that prints which checks a scan of this scope should make: the expected set. No login needed. */
export function listChecksRun(provider: ProwlerTarget['kind'], scope: ProwlerScope = {}): ToolRun {
  if (!['aws', 'azure', 'gcp', 'kubernetes'].includes(provider)) {
    throw new InvalidInputError('Prowler looks at aws, azure, gcp and kubernetes');
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

/** What that run printed: check ids in order; null when it is not such a list. */
export function readCheckList(stdout: string): string[] | null {
  const start = stdout.indexOf('{');
  const end = stdout.lastIndexOf('}');
  // The program's set is written as a list, or by older releases as the text of a Python set.
  const ids = stdout.slice(start, end + 1).match(/[a-z0-9]+(?:_[a-z0-9]+)+/g);
  return start < 0 || end < start || !ids ? null : [...new Set(ids)].sort();
}
