import type { ConnectionTest } from '../../../../contract/cloud-security.js';
import type { Clock } from '../../../platform/clock.js';
import { AppError, NotFoundError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { type Job, JobAbortedError, type JobContext } from '../../../platform/queue/job-queue.js';
import type {
  ConnectionProblem,
  UnifiedProwlerService,
} from '../prowler-scans/unified-prowler.service.js';
import type { AccountsRepository } from './accounts.repository.js';
import type { CloudSecurityService } from './cloud-security.service.js';

export interface AccountTestsDeps {
  accounts: AccountsRepository;
  service: Pick<CloudSecurityService, 'get' | 'openCredentials'>;
  prowler: UnifiedProwlerService;
  clock: Clock;
  log: Logger;
}

/** Tests accounts, in the worker: the cheapest call of the tool shows whether a scan could succeed. */
export class AccountTestsService {
  constructor(private readonly deps: AccountTestsDeps) {}

  async run(
    { id, teamId, attempt, payload: { accountId } }: Job<{ accountId: string }>,
    { signal }: JobContext,
  ): Promise<void> {
    const { accounts, service, prowler, clock, log } = this.deps;
    const scope = { teamId };
    let found: ConnectionProblem | null;
    try {
      const account = await service.get(scope, accountId);
      const credentials = await service.openCredentials(scope, accountId);
      const runId = `test-${id.replaceAll('_', '-')}-${attempt}`;
      found = await prowler.test(account, credentials, { runId, signal });
    } catch (error) {
      if (error instanceof NotFoundError) return; // removed meanwhile
      if (error instanceof AppError) found = { cause: 'account', problem: error.message };
      else {
        log.error({ err: error, accountId }, 'connection test failed');
        const problem = 'the test failed with an internal error; see the server log';
        found = { cause: 'scanner', problem };
      }
    }
    const { reason } = signal;
    if (reason instanceof JobAbortedError && (reason.why === 'lost' || reason.why === 'closing')) {
      throw reason; // it runs again
    }
    if (signal.aborted) {
      found = { cause: 'account', problem: 'the test took too long or was cancelled' };
    }
    const lastTest: ConnectionTest = {
      status: found === null ? 'passed' : 'failed',
      at: clock.now().toISOString(),
      problem: found?.problem ?? null,
      ...(found ? { cause: found.cause } : {}),
    };
    await accounts.update(scope, accountId, { lastTest });
  }
}
