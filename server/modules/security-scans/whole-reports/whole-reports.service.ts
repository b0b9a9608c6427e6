import type { ReportPlace } from '../../../../contract/report-places.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import type { Account } from '../security-scans.events.js';
import type { WholeReportsRepository } from './whole-reports.repository.js';

export interface WholeReportsDeps {
  wholeReports: WholeReportsRepository;
  scopes: Pick<ScopesRepository, 'accounts'>;
  audit: Audit;
  clock: Clock;
}

/** The setting "its reports are whole" of accounts and targets. */
export class WholeReportsService {
  constructor(private readonly deps: WholeReportsDeps) {}

  /** Every place that there are results of, sorted. */
  async list(team: TeamScope): Promise<ReportPlace[]> {
    const { wholeReports, scopes } = this.deps;
    const [places, settings] = await Promise.all([scopes.accounts(team), wholeReports.list(team)]);
    const set = new Map(settings.map((item) => [keyOf(item), item]));
    return places
      .map(({ provider, accountId }) => {
        const {
          isWhole = false,
          changedAt = null,
          changedBy = null,
        } = set.get(keyOf({ provider, accountId })) ?? {};
        return { provider, accountId, isWhole, changedAt, changedBy };
      })
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  async change(
    actor: Actor,
    { provider, accountId, isWhole }: Account & { isWhole: boolean },
  ): Promise<ReportPlace> {
    const { wholeReports, scopes, audit, clock } = this.deps;
    const place = { provider, accountId };
    const known = await scopes.accounts(actor);
    if (accountId === '' || !known.some((item) => keyOf(item) === keyOf(place))) {
      throw new NotFoundError('there are no results of this account or target');
    }
    const changedAt = clock.now().toISOString();
    const changed = { ...place, isWhole, changedAt, changedBy: actor.userId };
    await wholeReports.put(actor, changed);
    await audit.record(actor, 'report_place.changed', `${provider}/${accountId}`, { isWhole });
    return changed;
  }

  /** For imports: which places are whole, and when that was last changed. */
  async of(
    team: TeamScope,
  ): Promise<{ isWhole: (account: Account) => boolean; changedAt: string | null }> {
    const settings = await this.deps.wholeReports.list(team);
    const whole = new Set(settings.filter(({ isWhole }) => isWhole).map(keyOf));
    const changedAt =
      settings
        .map((item) => item.changedAt)
        .sort()
        .at(-1) ?? null;
    return { isWhole: (account) => whole.has(keyOf(account)), changedAt };
  }
}

const keyOf = ({ provider, accountId }: Account) => `${provider}/${accountId}`;
