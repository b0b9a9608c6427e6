import type { TeamScope } from '../../../platform/database/collection.js';
import { checkKey, matchesId } from '../../mapping/index.js';
import type { CheckEvidence, EvidenceNews, EvidenceService } from '../../security-scans/index.js';
import type { CheckTallies, CheckTalliesRepository } from './check-tallies.repository.js';
import type { Turn } from './control-evaluation.js';
import { talliesByCheck, withNews } from './tallies.rules.js';

/** Keeps what the evidence adds up to, per check and account, as the engine hears of news. */
export class EvidenceTallies {
  constructor(
    private readonly deps: {
      evidence: Pick<EvidenceService, 'scopesIn'>;
      tallies: CheckTalliesRepository;
    },
  ) {}

  /** Adds up everything; answers the tallies of every check. */
  async renew(turn: Turn, { checks, scopes }: CheckEvidence): Promise<CheckTallies[]> {
    const known = await this.deps.tallies.list(turn.team);
    const added = talliesByCheck(scopes);
    return this.#store(turn, known, checks, (key) => added.get(key) ?? []);
  }

  /** What adding up the news takes. Reads only, so that it can be asked for beside other things. */
  async heard(team: TeamScope, news: EvidenceNews): Promise<HeardEvidence> {
    if (news.accounts.length === 0) return { news, known: [], scopes: [] };
    const { evidence, tallies } = this.deps;
    const [known, scopes] = await Promise.all([
      tallies.ofChecks(team, news.checkIds),
      evidence.scopesIn(team, news),
    ]);
    return { news, known, scopes };
  }

  /** Adds up what was heard; answers the tallies of the news' checks, or none when no results are new. */
  async update(
    turn: Turn,
    checks: CheckEvidence['checks'],
    { news, known, scopes }: HeardEvidence,
  ): Promise<CheckTallies[]> {
    if (news.accounts.length === 0) return [];
    const before = new Map(known.map((item) => [checkKey(item), item.accounts]));
    const added = talliesByCheck(scopes);
    return this.#store(turn, known, checks, (key) =>
      withNews(before.get(key) ?? [], news.accounts, added.get(key) ?? []),
    );
  }

  /** Writes only what is another than before. */
  async #store(
    { team, lease }: Turn,
    known: readonly CheckTallies[],
    checks: CheckEvidence['checks'],
    accountsOf: (check: string) => CheckTallies['accounts'],
  ): Promise<CheckTallies[]> {
    const before = new Map(known.map((item) => [item.id, item]));
    const found = new Map<string, CheckTallies>();
    for (const { tool, check } of checks) {
      const id = matchesId(team, tool, check.id);
      const about = { id, teamId: team.teamId, tool, checkId: check.id };
      const accounts = accountsOf(checkKey(about));
      found.set(id, { ...about, title: check.title || check.id, accounts });
    }
    const all = [...found.values()];
    const changed = all.filter((item) => !isSame(item, before.get(item.id)));
    lease.check();
    if (changed.length > 0) await this.deps.tallies.put(team, changed);
    return all;
  }
}

interface HeardEvidence {
  news: EvidenceNews;
  /** Of the news' checks, in all accounts. */
  known: readonly CheckTallies[];
  /** Of the news' checks and accounts. */
  scopes: CheckEvidence['scopes'];
}

function isSame(item: CheckTallies, before: CheckTallies | undefined): boolean {
  return (
    before?.title === item.title &&
    before.accounts.length === item.accounts.length &&
    before.accounts.every(({ hash }, at) => hash === item.accounts[at]?.hash)
  );
}
