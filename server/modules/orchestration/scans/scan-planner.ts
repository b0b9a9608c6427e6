import type { ScanRequest } from '../../../../contract/orchestration.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError } from '../../../platform/errors.js';
import type { Scanner } from '../../../scanners/runs/scanner.js';
import type { ToolId } from '../../../scanners/runs/tool-run.js';
import {
  allowedAddresses,
  isDeclared,
  type Lookup,
} from '../../../scanners/targets/allowed-addresses.js';
import { realFolderOf } from '../../../scanners/targets/index.js';
import type { CloudAccounts } from '../orchestration-parts.js';
import type { OwnTargetsService } from '../own-targets/own-targets.service.js';
import { type DirectRequest, hostsOf, planDirect, type ScanPlan } from './fan-out.rules.js';

export interface ScanPlannerDeps {
  cloud: CloudAccounts;
  ownTargets: OwnTargetsService;
  scanners: ReadonlyMap<ToolId, Scanner>;
  allowedFolders: readonly string[];
  resolve?: Lookup;
}

/** Turns a request into runs of scanners, after checking that they are allowed. */
export class ScanPlanner {
  constructor(private readonly deps: ScanPlannerDeps) {}

  /** Throws InvalidInputError, NotFoundError for another team's account, ConflictError for an inactive one. */
  async plan(scope: TeamScope, request: ScanRequest): Promise<ScanPlan> {
    const plan =
      request.kind === 'cloud'
        ? await this.#planCloud(scope, request)
        : await this.#planDirect(request);
    await this.#requireAllowed(scope, plan);
    const missing = plan.units.find(({ scanner }) => !this.deps.scanners.has(scanner));
    if (missing) throw new InvalidInputError(`${missing.scanner} is not set up on this server`);
    return plan;
  }

  /** A folder is allowed by its real path; the worker checks again that it still leads there. */
  async #planDirect(request: DirectRequest): Promise<ScanPlan> {
    if (request.kind !== 'filesystem' && request.kind !== 'config') return planDirect(request, []);
    const target = { kind: 'folder' as const, path: request.path };
    const path = await realFolderOf(target, this.deps.allowedFolders);
    return planDirect({ ...request, path }, [path]);
  }

  async #planCloud(
    scope: TeamScope,
    request: Extract<ScanRequest, { kind: 'cloud' }>,
  ): Promise<ScanPlan> {
    const { accounts, prowler } = this.deps.cloud;
    const account = await accounts.get(scope, request.accountId);
    if (account.status === 'reports_only') {
      throw new ConflictError(
        'the account is known from imported reports only: add its credentials to scan it',
        { accountId: account.id },
      );
    }
    if (account.status !== 'active') {
      throw new ConflictError('the account is inactive: activate it to scan it', {
        accountId: account.id,
      });
    }
    const { regions, services, severities } = request;
    if (account.scope.kind === 'reported')
      throw new ConflictError('the account has no credentials');
    return {
      targetKey: `cloud/${account.id}`,
      target: account.name,
      units: prowler.unitsOf(account.scope, { regions, services, severities }),
      hosts: hostsOf(account.scope),
      attacks: false,
    };
  }

  async #requireAllowed(scope: TeamScope, { hosts, attacks }: ScanPlan): Promise<void> {
    if (hosts.length === 0) return;
    const own = await this.deps.ownTargets.get(scope);
    const addresses = await allowedAddresses(hosts, own, this.deps.resolve);
    if (attacks && !hosts.every((host) => isDeclared(host, addresses, own))) {
      throw new InvalidInputError(
        'an active scan attacks its target: first declare the host as your team’s own (own targets)',
      );
    }
  }
}
