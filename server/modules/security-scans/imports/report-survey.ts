import type { VerdictCounts } from '../../../../contract/security-scans.js';
import type { Severity } from '../../../../contract/severity.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ReportedCheck, ReportRow } from '../../../scanners/report.js';
import { identityOf, scopeId } from '../check-results/identity.rules.js';
import { scopeKey } from '../check-results/scope-tallies.js';

/** One check in one account and region, as a report has it. */
export interface SurveyedScope {
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
  /** Rows of the report in it. */
  rows: number;
  /** The newest time of a row. */
  seenAt: string;
}

export type Account = Pick<SurveyedScope, 'provider' | 'accountId'>;

export function accountKey({ provider, accountId }: Account): string {
  return `${provider}/${accountId}`;
}

/** What is learnt of a report while it is read: all that applying it must know before the first row. */
export class ReportSurvey {
  readonly counts: VerdictCounts = { pass: 0, fail: 0, manual: 0, muted: 0, error: 0 };
  readonly checks = new Map<
    string,
    { check: ReportedCheck; severity: Severity; provider: string }
  >();
  readonly scopes = new Map<string, SurveyedScope>();
  /** How many rows have each identity. */
  readonly identities = new Map<string, number>();
  /** The newest time of a row, by account. */
  readonly accounts = new Map<string, string>();
  readonly #ids = new Map<SurveyedScope, string>();

  /** `now`: stands in for a time that the report does not say or that lies in the future. */
  constructor(
    private readonly tool: string,
    private readonly now: string,
  ) {}

  /** Counts the row in; answers its identity. */
  add(row: ReportRow): string {
    const { verdict, provider, accountId, region } = row;
    this.counts[verdict === 'not_evaluated' ? 'error' : verdict] += 1;
    this.#describe(row);
    const seenAt = observedAtOf(row, this.now);
    const account = accountKey(row);
    if (seenAt > (this.accounts.get(account) ?? '')) this.accounts.set(account, seenAt);
    const key = scopeKey({ checkId: row.check.id, provider, accountId, region });
    const scope = this.scopes.get(key);
    if (scope) {
      scope.rows += 1;
      if (seenAt > scope.seenAt) scope.seenAt = seenAt;
    } else {
      this.scopes.set(key, { checkId: row.check.id, provider, accountId, region, rows: 1, seenAt });
    }
    const identity = identityOf(this.tool, row);
    this.identities.set(identity, (this.identities.get(identity) ?? 0) + 1);
    return identity;
  }

  /** The id of one of its scopes in the team whose report it is: asked for often, so made once. */
  idOf({ teamId }: TeamScope, scope: SurveyedScope): string {
    const known = this.#ids.get(scope);
    if (known) return known;
    const id = scopeId(teamId, { tool: this.tool, ...scope });
    this.#ids.set(scope, id);
    return id;
  }

  /** One description per check, the same in whatever order the rows come. */
  #describe({ check, severity, provider }: ReportRow): void {
    const known = this.checks.get(check.id);
    const isKnown = known?.check === check && known.severity === severity;
    if (isKnown || (known && textOf(known) <= textOf({ check, severity, provider }))) return;
    this.checks.set(check.id, { check, severity, provider });
  }
}

function textOf(described: object): string {
  return JSON.stringify(described);
}

/** When the tool looked; never later than now, so that a wrong clock cannot outvote later reports. */
export function observedAtOf(row: Pick<ReportRow, 'observedAt'>, now: string): string {
  return row.observedAt !== null && row.observedAt < now ? row.observedAt : now;
}
