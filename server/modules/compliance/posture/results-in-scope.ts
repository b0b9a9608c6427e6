import type { z } from 'zod';
import type { EngineRun, getPosture } from '../../../../contract/compliance.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { AccountTally, CheckTallies } from '../engine/check-tallies.js';
import type { CheckTalliesRepository } from '../engine/check-tallies.repository.js';
import type { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import { totalOf } from '../engine/evidence.rules.js';
import { accountOf } from '../engine/tallies.rules.js';

type Sums = Pick<z.input<typeof getPosture.result>, 'openFindings' | 'accounts'> & {
  failing: FailingResults;
};

/**
 * `tool/provider/account` → check id → failing results, muted, suppressed and accepted ones included. A source
 * whose results all pass is there too.
 */
export type FailingResults = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Open findings and results per account, added up once per run of the engine. */
export class ResultsInScope {
  readonly #known = new Map<string, { run: string; sums: Sums }>();

  constructor(
    private readonly deps: { runs: EngineRunsRepository; tallies: CheckTalliesRepository },
  ) {}

  async of(team: TeamScope): Promise<Sums & { lastRun: EngineRun | null }> {
    const memory = await this.deps.runs.get(team);
    const lastRun = memory?.lastRun ?? null;
    const run = JSON.stringify(lastRun);
    const known = this.#known.get(team.teamId);
    if (memory && known?.run === run) return { ...known.sums, lastRun };
    const sums = sumUp(await this.deps.tallies.list(team));
    this.#known.set(team.teamId, { run, sums });
    return { ...sums, lastRun };
  }
}

function sumUp(checks: readonly CheckTallies[]): Sums {
  const openFindings = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >;
  const accounts = new Map<string, Sums['accounts'][number]>();
  const failing = new Map<string, Map<string, number>>();
  const all = checks.flatMap(({ tool, checkId, accounts: its }) =>
    its.map((tally) => ({ ...tally, tool, checkId })),
  );
  for (const tally of all) {
    addFails(failing, tally);
    const { provider, accountId, lastSeenAt, results, fail, exempt } = tally;
    const key = `${provider}/${accountId}`;
    const account = accounts.get(key) ?? { provider, accountId, results: 0, lastSeenAt };
    accounts.set(key, account);
    if (lastSeenAt > account.lastSeenAt) account.lastSeenAt = lastSeenAt;
    account.results += results;
    for (const severity of SEVERITIES) {
      openFindings[severity] += (fail[severity] ?? 0) - (exempt[severity] ?? 0);
    }
  }
  return { openFindings, accounts: [...accounts.values()], failing };
}

function addFails(
  failing: Map<string, Map<string, number>>,
  tally: AccountTally & Pick<CheckTallies, 'tool' | 'checkId'>,
): void {
  const source = `${tally.tool}/${accountOf(tally)}`;
  const ofSource = failing.get(source) ?? new Map<string, number>();
  failing.set(source, ofSource);
  const fails = totalOf(tally.fail);
  if (fails > 0) ofSource.set(tally.checkId, (ofSource.get(tally.checkId) ?? 0) + fails);
}
