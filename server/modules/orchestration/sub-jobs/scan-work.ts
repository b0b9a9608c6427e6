import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError, UnavailableError } from '../../../platform/errors.js';
import type { CrossModuleReferences } from '../../../platform/links/cross-module-references.js';
import type { Covers } from '../../../scanners/rows/report.js';
import { type ScanOnceParts, scanOnce } from '../../../scanners/runs/scan-once.js';
import type { ReportBrief, ScanMaterial, Scanner } from '../../../scanners/runs/scanner.js';
import type { Coverage, ScanVerdict, ToolId } from '../../../scanners/runs/tool-run.js';
import { redactFile } from '../../../scanners/secrets/redact-file.js';
import { redactor } from '../../../scanners/secrets/redactor.js';
import { allowedAddresses, type Lookup } from '../../../scanners/targets/allowed-addresses.js';
import { type CloudSecurity, secretsIn } from '../../cloud-security/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { OwnTargetsService } from '../own-targets/own-targets.service.js';
import { hostsOf } from '../scans/fan-out.rules.js';
import { SCANNER } from '../scans/scan-settler.js';
import type { ScansRepository } from '../scans/scans.repository.js';
import type { StoredSubJob } from './sub-jobs.repository.js';

export interface ScanWorkDeps {
  scans: ScansRepository;
  scanners: ReadonlyMap<ToolId, Scanner>;
  scan: ScanOnceParts;
  imports: Pick<SecurityScans['imports'], 'importFile'>;
  cloud: Pick<CloudSecurity, 'accounts'>;
  ownTargets: OwnTargetsService;
  references: CrossModuleReferences;
  resolve?: Lookup;
}

export type StoredReport = Awaited<ReturnType<SecurityScans['imports']['importFile']>>;

export interface WorkDone {
  verdict: Pick<ScanVerdict, 'outcome' | 'problem'>;
  coverage: Coverage | null;
  /** The import of the report; null when there was none. */
  stored: StoredReport | null;
}

export interface WorkOptions {
  signal: AbortSignal;
  onLine: (line: string) => void;
  /** 0 … 1; the last tenth is bringing the report in. */
  onProgress: (share: number) => void;
}

/** What a sub-job does: open the credentials, run the tool, bring its report in, judge what it covered. */
export class ScanWork {
  constructor(private readonly deps: ScanWorkDeps) {}

  async do(subJob: StoredSubJob, { signal, onLine, onProgress }: WorkOptions): Promise<WorkDone> {
    const { scanners, scan, imports, references } = this.deps;
    const scanner = scanners.get(subJob.unit.scanner);
    if (!scanner)
      throw new InvalidInputError(`${subJob.unit.scanner} is not set up on this server`);
    const material = await this.#material(subJob);
    const secrets = material.credentials ? secretsIn(material.credentials) : [];
    const redact = redactor(secrets);
    let stored: StoredReport | null = null;
    const { verdict, result } = await scanOnce(scan, {
      scanner,
      unit: subJob.unit,
      material,
      runId: `${subJob.id.replaceAll('_', '-')}-${subJob.round}-${subJob.attempt}`,
      signal,
      onLine: (line) => onLine(redact(line)),
      take: async (report, judge) => {
        await redactFile(report, secrets);
        const actor = { ...SCANNER, teamId: subJob.teamId, permissions: [] };
        stored = await imports.importFile(
          actor,
          report,
          ({ progress }) => onProgress(0.9 + progress / 10),
          assessedBy(judge, redact),
        );
        const from = { kind: 'scan' as const, id: subJob.scanId };
        const to = { kind: 'import' as const, id: stored.id };
        const relation = `sub-job ${subJob.id}`;
        await references.createCrossModuleReference(actor, { from, to, relation });
      },
    });
    // A runner that cannot start anything may be able to soon; what it says is shown if it stays so.
    if (result.ended === 'not_started' && !signal.aborted) {
      throw new UnavailableError(redact(verdict.problem ?? 'the tool could not be started'));
    }
    const problem = verdict.problem === null ? null : redact(verdict.problem);
    return { verdict: { ...verdict, problem }, coverage: clean(verdict.coverage, redact), stored };
  }

  async #material(subJob: StoredSubJob): Promise<ScanMaterial> {
    const { scans, cloud, ownTargets, resolve } = this.deps;
    const scope: TeamScope = subJob;
    const scan = await scans.get(scope, subJob.scanId);
    if (!scan) throw new NotFoundError('the scan is gone', { scanId: subJob.scanId });
    const declared = await ownTargets.get(scope);
    const hosts = hostsOf(subJob.unit.target);
    const addresses = hosts.length > 0 ? await allowedAddresses(hosts, declared, resolve) : [];
    const { request } = scan;
    const credentials =
      request.kind === 'cloud'
        ? await cloud.accounts.openCredentials(scope, request.accountId)
        : null;
    return { credentials, declared, addresses };
  }
}

/** A scan that did not succeed may have missed anything: what its report lacks is not judged. */
function assessedBy(
  judge: (brief: ReportBrief) => ScanVerdict,
  redact: (text: string) => string,
): (brief: ReportBrief) => { incomplete: boolean; problem: string | null; covers?: Covers } {
  return (brief) => {
    const { outcome, problem, covers } = judge(brief);
    return { incomplete: outcome !== 'succeeded', problem: problem && redact(problem), covers };
  };
}

function clean(coverage: Coverage, redact: (text: string) => string): Coverage {
  return {
    ...coverage,
    skipped: coverage.skipped
      .slice(0, 500)
      .map(({ what, why }) => ({ what: redact(what), why: redact(why) })),
    missing: coverage.missing.slice(0, 500),
  };
}
