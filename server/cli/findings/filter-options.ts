import type { Command } from 'commander';
import { listValue } from '../../../contract/list-text.js';
import {
  FINDING_CHANGES,
  FINDING_STATUSES,
  FindingFilter,
  LOWERING_STATUSES,
} from '../../../contract/security-scans.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { listed } from '../scans/scan-options.js';
import { fitted, usageError } from '../usage-error.js';

export interface FilterOptions {
  status?: string[];
  severity?: string[];
  tool?: string[];
  check?: string[];
  provider?: string[];
  account?: string[];
  region?: string[];
  service?: string[];
  import?: string[];
  scan?: string[];
  change?: string[];
  control?: string[];
  related?: boolean;
  framework?: string;
  stale?: boolean;
  search?: string;
}

/** The filters of the web app and the API; lists are read by `listed`. */
export function addFilterOptions(command: Command, defaultStatus = 'open'): Command {
  return command
    .option(
      '--status <status>',
      `${FINDING_STATUSES.join(', ')} or all (default: ${defaultStatus})`,
      listed,
    )
    .option('--severity <severity>', SEVERITIES.join(', '), listed)
    .option('--tool <tool>', 'prowler, trivy, zap …', listed)
    .option('--check <id>', 'of these checks', listed)
    .option('--provider <name>', 'aws, image, web, network …', listed)
    .option('--account <id>', 'account, image repository, site or host', listed)
    .option('--region <region>', 'in these regions', listed)
    .option('--service <service>', 'of these services', listed)
    .option('--import <id>', 'that these imports changed, or were the last to report', listed)
    .option('--scan <id>', 'the same for the imports of these scans', listed)
    .option(
      '--change <change>',
      `with --import or --scan, what it changed: ${FINDING_CHANGES.join(', ')}`,
      listed,
    )
    .option(
      '--control <id>',
      'that lower these controls, whether open, suppressed or accepted',
      listed,
    )
    .option('--related', 'with --control, of the checks that only touch it instead')
    .option('--framework <id>', 'only of the accounts in the scope of this framework')
    .option('--stale', 'only those that newer imports have no evidence on')
    .option('--search <text>', 'part of the title, resource or check id');
}

export function filterFrom(options: FilterOptions): FindingFilter {
  const { check, account, stale, search, import: importId, scan: scanId, ...same } = options;
  const { control, related, framework } = options;
  if (related && !control) throw usageError('--related needs --control');
  // Without a status, those that count for the control, as on its page.
  const status = options.status ?? (control ? [...LOWERING_STATUSES] : undefined);
  const { severity, tool, provider, region, service, change } = same;
  // The schema reads each text as a list once more.
  const whole = (values?: string[]) => values?.map(listValue);
  return fitted(FindingFilter, {
    ...{ severity, change, importId, scanId },
    tool: whole(tool),
    provider: whole(provider),
    region: whole(region),
    service: whole(service),
    status: status?.includes('all') ? [...FINDING_STATUSES] : status,
    checkId: whole(check),
    controlId: control?.map((id) => id.toUpperCase()),
    related: related ? 'true' : undefined,
    frameworkId: framework,
    accountId: whole(account),
    stale: stale ? 'true' : undefined,
    q: search,
  });
}
