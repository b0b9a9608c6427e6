import type { z } from 'zod';
import type { EngineRun, getPosture } from '../../../../contract/compliance.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { AccountTally, CheckTallies } from '../engine/check-tallies.js';
import type { CheckTalliesRepository } from '../engine/check-tallies.repository.js';
import { inputsByControl } from '../engine/control-inputs.rules.js';
import type { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import { totalOf } from '../engine/evidence.rules.js';
import { OncePerRun } from '../engine/once-per-run.js';
import { accountOf } from '../engine/tallies.rules.js';
import type { TeamResults } from '../engine/team-results.js';
import { PassingResults } from './passing.rules.js';

type Sums = Pick<z.input<typeof getPosture.result>, 'openFindings' | 'accounts'> & {
  failing: FailingResults;
};

/**
 * `tool/provider/account` → check id → failing results, muted, suppressed and accepted ones included. A source
 * whose results all pass is there too.
 */
export type FailingResults = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Figures of a team's results beside its states, computed once per run of the engine. */
export class ResultsInScope {
  readonly #sums: OncePerRun<Sums>;
  readonly #passing: OncePerRun<PassingResults>;

  constructor({
    runs,
    tallies,
    results,
  }: {
    runs: EngineRunsRepository;
    tallies: CheckTalliesRepository;
    results: TeamResults;
  }) {
    this.#sums = new OncePerRun(runs, async (team) => sumUp(await tallies.list(team)));
    this.#passing = new OncePerRun(runs, async (team, lastRun) => {
      const { catalogue, scoping, matched, tallied } = await results.read(team);
      const now = lastRun?.startedAt ?? '';
      const context = { checks: catalogue.checks, now, settings: scoping.settings };
      return new PassingResults(inputsByControl(matched, tallied, context), scoping);
    });
  }

  /** Open findings and results per account. */
  async of(team: TeamScope): Promise<Sums & { lastRun: EngineRun | null }> {
    const { value, lastRun } = await this.#sums.of(team);
    return { ...value, lastRun };
  }

  async passing(team: TeamScope): Promise<PassingResults> {
    return (await this.#passing.of(team)).value;
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
    its.map((tally) => ({ tool, checkId, ...tally })),
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
