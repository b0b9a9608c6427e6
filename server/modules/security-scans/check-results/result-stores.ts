import type { ChecksRepository } from '../checks/checks.repository.js';
import type { FindingsRepository } from '../findings/findings.repository.js';
import type { ReportOrdersRepository } from '../imports/report-orders.repository.js';
import type { CheckResultsRepository } from './check-results.repository.js';
import type { ScopesRepository } from './scopes.repository.js';

/** Where a team's results are stored, with everything that is derived from them. */
export interface ResultStores {
  results: CheckResultsRepository;
  findings: FindingsRepository;
  scopes: ScopesRepository;
  checks: ChecksRepository;
  orders: ReportOrdersRepository;
}
