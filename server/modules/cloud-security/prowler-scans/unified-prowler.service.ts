import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { CloudCredentials, CloudScope } from '../../../../contract/cloud-security.js';
import type { Severity } from '../../../../contract/severity.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { readReport } from '../../../scanners/readers/read-report.js';
import { type ScanOnceParts, scanOnce } from '../../../scanners/runs/scan-once.js';
import type { ReportBrief, ScanUnit, ToolScanner } from '../../../scanners/runs/scanner.js';
import { redactor } from '../../../scanners/secrets/redactor.js';
import { homeRegion, regionalStarts } from '../../../scanners/tools/prowler/account-wide.js';
import type { StoredAccount } from '../accounts/accounts.repository.js';
import { secretsIn } from '../accounts/credentials.rules.js';

export interface UnifiedProwlerDeps {
  /** The adapter of Prowler; null where there is none. */
  prowler: ToolScanner | null;
  scan: ScanOnceParts;
}

export interface CloudScanWishes {
  regions?: readonly string[];
  services?: string[];
  severities?: Severity[];
}

/** The service that nearly every read-only role may read, and that answers soonest. */
const CHEAPEST: Readonly<Record<CloudScope['kind'], string>> = {
  aws: 'account',
  azure: 'iam',
  gcp: 'iam',
  kubernetes: 'apiserver',
};

/** One way to scan an account with Prowler, whichever provider it is of. */
export class UnifiedProwlerService {
  constructor(private readonly deps: UnifiedProwlerDeps) {}

  /** The starts that a scan of an account falls into: one per region on AWS, one elsewhere. */
  unitsOf(scope: CloudScope, wishes: CloudScanWishes = {}): ScanUnit[] {
    const { services, severities } = wishes;
    const options = { services, severities };
    if (scope.kind !== 'aws') {
      if (wishes.regions?.length) throw new InvalidInputError('only AWS is scanned by region');
      return [{ scanner: 'prowler', name: nameOf(scope), target: scope, options }];
    }
    const starts = regionalStarts(scope.regions, wishes);
    if (starts.length === 0) {
      throw new InvalidInputError(
        `an account has these services once, and they are looked at with ${homeRegion(scope.regions)}: add this region`,
      );
    }
    return starts.map(({ region, accountWide }) => ({
      scanner: 'prowler',
      name: region,
      target: { ...scope, regions: [region] },
      options: { ...options, ...(accountWide ? {} : { accountWide }) },
    }));
  }

  /** What stands in the way of scanning this account, in one sentence; null when nothing does. */
  async tryOut(
    { scope }: Pick<StoredAccount, 'scope'>,
    credentials: CloudCredentials,
    { runId, signal }: { runId: string; signal: AbortSignal },
  ): Promise<string | null> {
    const { prowler, scan } = this.deps;
    if (!prowler) throw new InvalidInputError('Prowler is not set up on this server');
    const [unit] = this.unitsOf(scope, { services: [CHEAPEST[scope.kind]] });
    if (!unit) return 'the account has no region to scan';
    const { verdict } = await scanOnce(scan, {
      scanner: prowler,
      unit,
      material: { credentials, declared: { ranges: [], names: [] }, addresses: [] },
      runId,
      signal,
      onLine: () => {},
      take: async (report, judge) => {
        judge(await briefOf(report, signal));
      },
    });
    const redact = redactor(secretsIn(credentials));
    if (verdict.outcome === 'succeeded') return null;
    // Gaps of so small a scan are permissions that the larger one will miss too.
    return redact(verdict.problem ?? 'the test did not come to its end');
  }
}

/** A report that cannot be read is none: the judge then goes by what the tool printed. */
async function briefOf(path: string, signal: AbortSignal): Promise<ReportBrief> {
  const rows: { verdict: ReportBrief['rows'][number]['verdict']; region: string }[] = [];
  const checkIds = new Set<string>();
  try {
    const read = await readReport(createReadStream(path), {
      fileName: basename(path),
      signal,
      onRows: (batch) => {
        for (const { verdict, region, check } of batch) {
          rows.push({ verdict, region });
          checkIds.add(check.id);
        }
      },
    });
    return { read, rows, checkIds };
  } catch (error) {
    if (error instanceof InvalidInputError) return { read: null, rows, checkIds };
    throw error;
  }
}

function nameOf(scope: Exclude<CloudScope, { kind: 'aws' }>): string {
  if (scope.kind === 'azure') return scope.subscriptionId;
  return scope.kind === 'gcp' ? scope.projectId : scope.context;
}
