import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { Vault } from '../../platform/vault/vault.js';
import type { ScanOnceParts } from '../../scanners/runs/scan-once.js';
import type { ToolScanner } from '../../scanners/runs/scanner.js';
import { reportStored } from '../security-scans/index.js';
import { AccountTestsService } from './accounts/account-tests.service.js';
import { AccountTrail } from './accounts/account-trail.js';
import { workAccountTests } from './accounts/accounts.jobs.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { CloudSecurityService, keptCredentials } from './accounts/cloud-security.service.js';
import { ReportedAccounts } from './accounts/reported-accounts.js';
import { addCloudSecurityRoutes } from './cloud-security.routes.js';
import { UnifiedProwlerService } from './prowler-scans/unified-prowler.service.js';

export type { StoredAccount } from './accounts/accounts.repository.js';
export { hintOf, secretsIn } from './accounts/credentials.rules.js';
export { accountJoined, accountLeft } from './cloud-security.events.js';

export interface CloudSecurityParts {
  queue: JobQueue;
  vault: Vault;
  scan: ScanOnceParts;
  prowler: ToolScanner | null;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Cloud accounts, their credentials, and their Prowler scans. */
export function createCloudSecurity(platform: Platform, parts: CloudSecurityParts) {
  const { repositories, audit, events, clock, newId, log } = platform;
  const { queue, vault, scan, prowler: tool, work } = parts;
  const repository = repositories.create(AccountsRepository);
  vault.keeps(() => keptCredentials(repository));
  const prowler = new UnifiedProwlerService({ prowler: tool, scan });
  const accounts = new CloudSecurityService({
    accounts: repository,
    vault,
    queue,
    trail: new AccountTrail({ audit, events }),
    clock,
    newId,
  });
  const tests = new AccountTestsService({
    accounts: repository,
    service: accounts,
    prowler,
    clock,
    log,
  });
  const reported = new ReportedAccounts({ accounts: repository, audit, newId });
  events.after(reportStored, ({ teamId, importId, at, places }) =>
    reported.take({ teamId }, places, { importId, at }),
  );
  let runsTests = false;
  /** Starts working on connection tests, once per process. */
  const runTestsHere = () => {
    if (runsTests) return;
    runsTests = true;
    workAccountTests(queue, (job, context) => tests.run(job, context));
  };
  return {
    accounts,
    prowler,
    runTestsHere,
    addRoutes: (http: HttpApi) => addCloudSecurityRoutes(http, accounts),
    start: async () => {
      if (work) runTestsHere();
    },
  };
}
export type CloudSecurity = ReturnType<typeof createCloudSecurity>;
