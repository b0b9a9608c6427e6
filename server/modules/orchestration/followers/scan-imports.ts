import type { TeamScope } from '../../../platform/database/collection.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';

type ImportsFace = Pick<SecurityScans['imports'], 'get'>;

export interface ScanImportsDeps {
  scans: Pick<ScanOrchestrationService, 'get'>;
  imports: ImportsFace;
}

/** The imports of a scan's reports. */
export class ScanImports {
  constructor(private readonly deps: ScanImportsDeps) {}

  async of(scope: TeamScope, scanId: string): Promise<Awaited<ReturnType<ImportsFace['get']>>[]> {
    const { subJobs } = await this.deps.scans.get(scope, scanId);
    const ids = subJobs.flatMap(({ importId }) => importId ?? []);
    return Promise.all(ids.map((id) => this.deps.imports.get(scope, id)));
  }
}
