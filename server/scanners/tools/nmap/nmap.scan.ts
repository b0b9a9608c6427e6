import { InvalidInputError } from '../../../platform/errors.js';
import type { ScanMaterial, ScanUnit } from '../../runs/scanner.js';
import type { ToolRun } from '../../runs/tool-run.js';
import { type NmapOptions, planNmap } from './nmap.plan.js';

export function planScan({ target, options }: ScanUnit, { addresses }: ScanMaterial): ToolRun {
  if (target.kind !== 'network') throw new InvalidInputError('Nmap scans hosts only');
  // The allowed addresses, so that no name can move in between.
  const pinned = { ...target, hosts: [...addresses] };
  return planNmap(pinned, { profile: options.profile as NmapOptions['profile'] });
}
