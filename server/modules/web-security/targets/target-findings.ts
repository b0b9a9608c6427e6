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

/** For more accounts than this, all accounts are counted. */
const MAX_ACCOUNTS = 5_000;
/** The limit of the list of findings. */
const MAX_IN_FILTER = 200;

/** The open findings of targets, and whether targets are the team's own. */
export class TargetFindings {
  constructor(private readonly deps: TargetFindingsDeps) {}

  /** Adds their open findings and `isOwn` to targets. */
  async addTo(scope: TeamScope, targets: readonly StoredTarget[]): Promise<InventoryTarget[]> {
    const [web, network, own] = await Promise.all([
      this.#counts(scope, 'web', targets),
      this.#counts(scope, 'network', targets),
      this.deps.ownTargets.get(scope),
    ]);
    const isDeclared = declaredCheck(own);
    return targets.map((target) => ({
      ...target,
      // Names are not resolved for a list: a name counts only if the name itself is declared.
      isOwn: target.everyHost.every((host) => isDeclared(parseHost(host), [])),
      findings: openOf(target, target.kind === 'web' ? web : network),
    }));
  }

  #counts(scope: TeamScope, kind: TargetKind, targets: readonly StoredTarget[]) {
    const accounts = new Set<string>();
    for (const target of targets) {
      if (target.kind === kind) for (const account of target.accounts) accounts.add(account);
    }
    const some = accounts.size > MAX_ACCOUNTS ? undefined : [...accounts];
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
    const known = counts.get(account);
    if (!known) continue;
    open.push({ account, count: SEVERITIES.reduce((sum, severity) => sum + known[severity], 0) });
    for (const severity of SEVERITIES) bySeverity[severity] += known[severity];
  }
  open.sort((a, b) => b.count - a.count);
  const named = open.length > 0 ? open.map(({ account }) => account) : accounts;
  return {
    open: open.reduce((sum, { count }) => sum + count, 0),
    bySeverity,
    filter: { provider: kind, accountId: named.slice(0, MAX_IN_FILTER) },
  };
}
