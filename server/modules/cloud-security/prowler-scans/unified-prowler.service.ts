import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type {
  CloudCredentials,
  CloudScope,
  ConnectionTest,
} from '../../../../contract/cloud-security.js';
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
  /** The Prowler adapter; null where it is not set up. */
  prowler: ToolScanner | null;
  scan: ScanOnceParts;
}

export interface CloudScanOptions {
  regions?: readonly string[];
  services?: string[];
  severities?: Severity[];
}

/** The fastest service that nearly every read-only role may read. */
const CHEAPEST: Readonly<Record<CloudScope['kind'], string>> = {
  aws: 'account',
  azure: 'iam',
  gcp: 'iam',
  kubernetes: 'apiserver',
};

/** Scans an account of any provider with Prowler. */
export class UnifiedProwlerService {
  constructor(private readonly deps: UnifiedProwlerDeps) {}

  /** The runs of Prowler that scan an account: one per region on AWS, otherwise one. */
  unitsOf(scope: CloudScope, wanted: CloudScanOptions = {}): ScanUnit[] {
    const { services, severities } = wanted;
    const options = { services, severities };
    if (scope.kind !== 'aws') {
      if (wanted.regions?.length) throw new InvalidInputError('only AWS is scanned by region');
      return [{ scanner: 'prowler', name: nameOf(scope), target: scope, options }];
    }
    const starts = regionalStarts(scope.regions, wanted);
    if (starts.length === 0) {
      throw new InvalidInputError(
        `these services are global and are scanned with ${homeRegion(scope.regions)}: add this region`,
      );
    }
    return starts.map(({ region, accountWide }) => ({
      scanner: 'prowler',
      name: region,
      target: { ...scope, regions: [region] },
      options: { ...options, ...(accountWide ? {} : { accountWide }) },
    }));
  }

  /** Tests the connection to an account; null when it works. */
  async test(
    { scope }: Pick<StoredAccount, 'scope'>,
    credentials: CloudCredentials,
    { runId, signal }: { runId: string; signal: AbortSignal },
  ): Promise<ConnectionProblem | null> {
    const { prowler, scan } = this.deps;
    if (!prowler) return { cause: 'scanner', problem: 'Prowler is not set up on this server' };
    if (scope.kind === 'reported') return ofAccount('the account has no credentials');
    const [unit] = this.unitsOf(scope, { services: [CHEAPEST[scope.kind]] });
    if (!unit) return ofAccount('the account has no region to scan');
    const { verdict, result } = await scanOnce(scan, {
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
    // Gaps in this small scan are missing permissions, which a full scan needs too.
    const problem = redact(verdict.problem ?? 'the test did not finish');
    // A scanner that is not installed says nothing about the account.
    const isMissing = result.ended === 'not_started' && !signal.aborted;
    return { cause: isMissing ? 'scanner' : 'account', problem };
  }
}

/** Why a connection test failed, in one sentence. */
export type ConnectionProblem = Required<Pick<ConnectionTest, 'cause'>> & { problem: string };

function ofAccount(problem: string): ConnectionProblem {
  return { cause: 'account', problem };
}

/** Summarises the report; without a readable one, the judge uses the tool's output. */
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
