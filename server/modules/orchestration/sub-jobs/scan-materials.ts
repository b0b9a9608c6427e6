import { NotFoundError } from '../../../platform/errors.js';
import type { ScanMaterial } from '../../../scanners/runs/scanner.js';
import { allowedAddresses, type Lookup } from '../../../scanners/targets/allowed-addresses.js';
import type { CloudAccounts } from '../orchestration-parts.js';
import type { OwnTargetsService } from '../own-targets/own-targets.service.js';
import { hostsOf } from '../scans/fan-out.rules.js';
import type { ScansRepository } from '../scans/scans.repository.js';
import type { StoredSubJob } from './stored-sub-job.js';

export interface ScanMaterialsDeps {
  scans: Pick<ScansRepository, 'get'>;
  accounts: Pick<CloudAccounts['accounts'], 'openCredentials'>;
  ownTargets: Pick<OwnTargetsService, 'get'>;
  resolve?: Lookup;
}

/** Provides what a scanner needs besides its unit: opened credentials and the allowed addresses. */
export class ScanMaterials {
  constructor(private readonly deps: ScanMaterialsDeps) {}

  async of(subJob: StoredSubJob): Promise<ScanMaterial> {
    const { scans, accounts, ownTargets, resolve } = this.deps;
    const scan = await scans.get(subJob, subJob.scanId);
    if (!scan) throw new NotFoundError('the scan was deleted', { scanId: subJob.scanId });
    const declared = await ownTargets.get(subJob);
    const hosts = hostsOf(subJob.unit.target);
    const addresses = hosts.length > 0 ? await allowedAddresses(hosts, declared, resolve) : [];
    const { request } = scan;
    const credentials =
      request.kind === 'cloud' ? await accounts.openCredentials(subJob, request.accountId) : null;
    return { credentials, declared, addresses };
  }
}
