import type { OpenFindings } from '../../../../contract/inventory.js';
import { noneBySeverity, SEVERITIES, type SeverityCounts } from '../../../../contract/severity.js';
import type { InventoryTarget, TargetKind } from '../../../../contract/web-targets.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { declaredCheck } from '../../../scanners/targets/allowed-addresses.js';
import { parseHost } from '../../../scanners/targets/index.js';
import type { Orchestration } from '../../orchestration/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { StoredTarget } from './targets.repository.js';

export interface TargetFindingsDeps {
  findings: Pick<SecurityScans['findings'], 'openByAccount'>;
  ownTargets: Pick<Orchestration['ownTargets'], 'get'>;
}

/** More accounts than this are not asked for one by one. */
const MOST_ACCOUNTS = 5_000;
/** As many as the list of findings takes. */
const MOST_IN_FILTER = 200;

/** What stands beside targets: open findings, and whether they are the team's own. */
export class TargetFindings {
  constructor(private readonly deps: TargetFindingsDeps) {}

  /** Targets as people see them. */
  async beside(scope: TeamScope, targets: readonly StoredTarget[]): Promise<InventoryTarget[]> {
    const [web, network, own] = await Promise.all([
      this.#counts(scope, 'web', targets),
      this.#counts(scope, 'network', targets),
      this.deps.ownTargets.get(scope),
    ]);
    const isDeclared = declaredCheck(own);
    return targets.map((target) => ({
      ...target,
      // Names are not looked up for a list: one that is declared by its range counts when it is given as address.
      isOwn: target.everyHost.every((host) => isDeclared(parseHost(host), [])),
      findings: openOf(target, target.kind === 'web' ? web : network),
    }));
  }

  #counts(scope: TeamScope, kind: TargetKind, targets: readonly StoredTarget[]) {
    const accounts = new Set<string>();
    for (const target of targets) {
      if (target.kind === kind) for (const account of target.accounts) accounts.add(account);
    }
    const some = accounts.size > MOST_ACCOUNTS ? undefined : [...accounts];
    return this.deps.findings.openByAccount(scope, kind, some);
  }
}

function openOf(
  { kind, accounts }: StoredTarget,
  counts: ReadonlyMap<string, SeverityCounts>,
): OpenFindings {
  const bySeverity = noneBySeverity();
  const open: { account: string; count: number }[] = [];
  for (const account of accounts) {
    const its = counts.get(account);
    if (!its) continue;
    open.push({ account, count: SEVERITIES.reduce((sum, severity) => sum + its[severity], 0) });
    for (const severity of SEVERITIES) bySeverity[severity] += its[severity];
  }
  open.sort((a, b) => b.count - a.count);
  const named = open.length > 0 ? open.map(({ account }) => account) : accounts;
  return {
    open: open.reduce((sum, { count }) => sum + count, 0),
    bySeverity,
    filter: { provider: kind, accountId: named.slice(0, MOST_IN_FILTER) },
  };
}
