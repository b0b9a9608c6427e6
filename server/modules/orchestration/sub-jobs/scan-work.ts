import { InvalidInputError, UnavailableError } from '../../../platform/errors.js';
import type { CrossModuleReferences } from '../../../platform/links/cross-module-references.js';
import { type ScanOnceParts, scanOnce } from '../../../scanners/runs/scan-once.js';
import type { ReportBrief, Scanner } from '../../../scanners/runs/scanner.js';
import type { Coverage, ScanVerdict, ToolId } from '../../../scanners/runs/tool-run.js';
import { redactFile } from '../../../scanners/secrets/redact-file.js';
import { redactor } from '../../../scanners/secrets/redactor.js';
import { secretsIn } from '../../cloud-security/index.js';
import type { AssessReport } from '../../security-scans/index.js';
import type { ScanResults } from '../orchestration-parts.js';
import { SCANNER } from '../scans/scan-settler.js';
import type { ScanMaterials } from './scan-materials.js';
import type { StoredSubJob } from './stored-sub-job.js';

export interface ScanWorkDeps {
  materials: ScanMaterials;
  scanners: ReadonlyMap<ToolId, Scanner>;
  scan: ScanOnceParts;
  imports: ScanResults['imports'];
  references: CrossModuleReferences;
}

export type StoredReport = Awaited<ReturnType<ScanResults['imports']['importFile']>>;

export interface WorkDone {
  verdict: Pick<ScanVerdict, 'outcome' | 'problem'>;
  coverage: Coverage | null;
  /** The import of the report; null when there was none. */
  stored: StoredReport | null;
}

export interface WorkOptions {
  signal: AbortSignal;
  onLine: (line: string) => void;
  /** 0 … 1; the last tenth is the import of the report. */
  onProgress: (share: number) => void;
}

/** The work of a sub-job: open the credentials, run the tool, import its report, judge its coverage. */
export class ScanWork {
  constructor(private readonly deps: ScanWorkDeps) {}

  async do(subJob: StoredSubJob, { signal, onLine, onProgress }: WorkOptions): Promise<WorkDone> {
    const { materials, scanners, scan, imports, references } = this.deps;
    const scanner = scanners.get(subJob.unit.scanner);
    if (!scanner)
      throw new InvalidInputError(`${subJob.unit.scanner} is not set up on this server`);
    const material = await materials.of(subJob);
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
        stored = await imports.importFile(actor, report, {
          scanId: subJob.scanId,
          onProgress: ({ progress }) => onProgress(0.9 + progress / 10),
          assess: assessedBy(judge, redact),
        });
        const from = { kind: 'scan' as const, id: subJob.scanId };
        const to = { kind: 'import' as const, id: stored.id };
        const relation = `sub-job ${subJob.id}`;
        await references.createCrossModuleReference(actor, { from, to, relation });
      },
    });
    // A runner that cannot start the tool may recover; its message is shown if no attempt succeeds.
    if (result.ended === 'not_started' && !signal.aborted) {
      throw new UnavailableError(redact(verdict.problem ?? 'the tool could not be started'));
    }
    const problem = verdict.problem === null ? null : redact(verdict.problem);
    return { verdict: { ...verdict, problem }, coverage: clean(verdict.coverage, redact), stored };
  }
}

/** A scan that did not succeed may have missed anything: absence is not judged by its report. */
function assessedBy(
  judge: (brief: ReportBrief) => ScanVerdict,
  redact: (text: string) => string,
): AssessReport {
  return (brief) => {
    const { outcome, problem, covers, hidden = [] } = judge(brief);
    return {
      incomplete: outcome !== 'succeeded',
      problem: problem && redact(problem),
      covers,
      hidden: hidden.map(({ what, why, part }) => ({ what, why: redact(why), part })),
    };
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
