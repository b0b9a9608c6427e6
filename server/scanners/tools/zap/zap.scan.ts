import { InvalidInputError } from '../../../platform/errors.js';
import type { ScanMaterial, ScanUnit } from '../../runs/scanner.js';
import type { ToolRun } from '../../runs/tool-run.js';
import { isDeclared } from '../../targets/allowed-addresses.js';
import { parseWebUrl, pinnedHosts } from '../../targets/index.js';
import { planZap, type ZapOptions } from './zap.plan.js';

export function planScan(
  { target, options }: ScanUnit,
  { declared, addresses }: ScanMaterial,
): ToolRun {
  if (target.kind !== 'web') throw new InvalidInputError('ZAP scans web addresses only');
  const { host } = parseWebUrl(target.url);
  const url = options.apiDefinition;
  const run = planZap(target, {
    profile: (options.profile ?? 'baseline') as ZapOptions['profile'],
    ownershipProven: isDeclared(host, addresses, declared),
    ...(url === undefined ? {} : { api: { format: 'openapi', url } }),
  });
  return { ...run, hosts: pinnedHosts(host, addresses) };
}
