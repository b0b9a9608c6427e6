import type { CheckResult } from '../check-results/check-result.js';
import { resultId } from '../check-results/identity.rules.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { type MatchedRow, matchRows } from './match-rows.rules.js';
import type { ReportToApply } from './report-to-apply.js';
import type { SpooledRow } from './row-spool.js';

/** All rows of a report that share an identity. */
export interface IdentityRows {
  identity: string;
  /** Under which a former release stored them; left out when it is the same. */
  former?: string;
  rows: SpooledRow[];
}

export interface IdentifiedRow extends MatchedRow {
  id: string;
}

/** Ids that are looked up beyond the last one that is stored. */
const AHEAD = 4;

interface Candidates extends IdentityRows {
  /** The ids of the identity, as far as they were needed. */
  ids: string[];
  /** How many ids of the identity were looked up. */
  asked: number;
  stored: CheckResult[];
  matched: MatchedRow[];
}

/**
 * The ids of rows: of the stored result that a row continues, else new ones. One query for all; another one
 * for identities that more rows than expected seem to share.
 */
export async function identifyRows(
  stores: Pick<ResultStores, 'results'>,
  { team, outcome }: Pick<ReportToApply, 'team' | 'outcome'>,
  groups: readonly IdentityRows[],
): Promise<IdentifiedRow[]> {
  const candidates = groups.map(
    (group): Candidates => ({ ids: [], asked: 0, stored: [], matched: [], ...group }),
  );
  const idOf = ({ ids, identity }: Candidates, copy: number) => {
    ids[copy] ??= resultId(team.teamId, identity, copy);
    return ids[copy];
  };
  let due = candidates.map((group) => {
    const isApart = group.rows.length > 1 || group.rows[0]?.discriminator !== undefined;
    return { group, upTo: group.rows.length + (isApart || outcome.partial ? 1 : 0) };
  });
  while (due.length > 0) {
    const wanted = due.map(({ group, upTo }) => [
      ...Array.from({ length: upTo - group.asked }, (_, n) => idOf(group, group.asked + n)),
      ...(group.asked === 0 && group.former ? [resultId(team.teamId, group.former, 0)] : []),
    ]);
    const known = await stores.results.byId(team, wanted.flat());
    due = due.flatMap(({ group, upTo }, n) => {
      group.asked = upTo;
      for (const id of wanted[n] ?? []) {
        const result = known.get(id);
        if (result) group.stored.push(result);
      }
      group.matched = matchRows(group.rows, group.stored);
      const mayBeMore = known.has(idOf(group, upTo - 1)) && (upTo > 1 || !isSettled(group));
      return mayBeMore ? [{ group, upTo: upTo * 2 + AHEAD }] : [];
    });
  }
  return candidates.flatMap((group) => {
    const taken = new Set(group.stored.map(({ id }) => id));
    let copy = 0;
    const freeId = () => {
      for (;;) {
        const id = idOf(group, copy++);
        if (!taken.has(id)) return id;
      }
    };
    const rows = group.matched.map((item) => ({ id: item.stored?.id ?? freeId(), ...item }));
    return outcome.partial ? withoutTorn(rows, group.stored) : rows;
  });
}

/** The usual case: one row, which is the stored one by all that both say. */
function isSettled({ matched }: Candidates): boolean {
  return matched.every(({ isSame }) => isSame);
}

/**
 * Of a report that was cut off: drops rows that do not say which result they are when more are stored. A row
 * that is left could take the id of a lost one, and resolve its finding.
 */
function withoutTorn(rows: IdentifiedRow[], stored: readonly CheckResult[]): IdentifiedRow[] {
  const seen = new Set(rows.map(({ id }) => id));
  const isTorn = stored.some(({ id, present }) => present && !seen.has(id));
  return isTorn ? rows.filter(({ isTold }) => isTold) : rows;
}
