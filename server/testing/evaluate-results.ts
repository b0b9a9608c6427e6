import type { Severity } from '../../contract/severity.js';
import type { Catalogue } from '../modules/catalogue/index.js';
import type { AccountTally, CheckTallies } from '../modules/compliance/engine/check-tallies.js';
import {
  type ControlVerdict,
  statusOf,
} from '../modules/compliance/engine/control-status.rules.js';
import { readInputs } from '../modules/compliance/engine/evaluation-inputs.js';
import { scopingOf } from '../modules/compliance/scoping/scoping.rules.js';
import type { CheckMatches, ControlMatch } from '../modules/mapping/index.js';
import { ControlMatcher } from '../modules/mapping/matching/control-matcher.js';
import {
  type CuratedMapping,
  shippedMapping,
} from '../modules/mapping/matching/curated-mapping.js';

/** The results of a check in one account, as a report would bring them. */
export interface CheckedResults {
  check: string;
  tool?: string;
  provider?: string;
  account?: string;
  pass?: number;
  fail?: number;
  unknown?: number;
  severity?: Severity;
  /** Results about things in the account; all of them if left out. */
  things?: number;
  complete?: boolean;
  at?: string;
}

const NOW = '2026-06-01T00:00:00.000Z';

/**
 * The status of every control by these results: the engine's rules and the mapping without databases and reports,
 * so that laws can try thousands of scans.
 */
export class ResultEvaluation {
  readonly #matcher: ControlMatcher;
  readonly #matches = new Map<string, readonly ControlMatch[]>();

  constructor(
    readonly catalogue: Catalogue,
    mapping: CuratedMapping = shippedMapping(catalogue),
  ) {
    this.#matcher = new ControlMatcher(catalogue, mapping);
  }

  async of(
    results: readonly CheckedResults[],
    { now = NOW, controlIds = [...this.catalogue.controls.keys()] } = {},
  ): Promise<Map<string, ControlVerdict>> {
    const tallied = new Map<string, CheckTallies>();
    const matched = new Map<string, CheckMatches>();
    for (const result of results) {
      const { check: checkId, tool = 'prowler', provider = 'aws' } = result;
      const id = `${tool}/${checkId}`;
      const ids = { id, teamId: 'team', tool, checkId };
      const tallies = tallied.get(id) ?? { ...ids, title: checkId, accounts: [] };
      tallies.accounts.push(tallyOf(result));
      tallied.set(id, tallies);
      const matches = [...this.#match(tool, provider, checkId)];
      matched.set(id, { ...ids, matches, controlIds: matches.map(({ controlId }) => controlId) });
    }
    const accounts = results.map(({ provider = 'aws', account = '111' }) => {
      return { provider, accountId: account };
    });
    const scoping = scopingOf({
      ...{ settings: {}, profiles: [], stated: [], definitions: [], seen: accounts },
    });
    const given = { matched: [...matched.values()], tallied: [...tallied.values()], scoping, now };
    const inputs = await readInputs(
      { talliesOf: async () => [] },
      { teamId: 'team' },
      {
        ...{ catalogue: this.catalogue, controlIds },
        ...given,
      },
    );
    const [whole] = scoping.scopes;
    const { settings } = scoping;
    return new Map(
      controlIds.map((controlId) => {
        const own = inputs.of(controlId, whole);
        return [controlId, statusOf({ ...own, decision: null, now, settings })];
      }),
    );
  }

  #match(tool: string, provider: string, id: string): readonly ControlMatch[] {
    const key = `${tool} ${provider} ${id}`;
    const known = this.#matches.get(key);
    if (known) return known;
    const listed = this.catalogue.checks.find(tool, provider, id);
    const { service = '', resourceType = '' } = listed ?? {};
    const texts = { title: id.replaceAll('_', ' '), description: '', risk: '', remediation: '' };
    const found = this.#matcher.match({
      ...{ tool, provider, id, service, resourceType, ...texts },
      ...{ remediationUrl: null, categories: [], statedRequirements: {} },
    });
    this.#matches.set(key, found);
    return found;
  }
}

function tallyOf(result: CheckedResults): AccountTally {
  const { provider = 'aws', account: accountId = '111', severity = 'medium', at = NOW } = result;
  const { pass = 0, fail = 0, unknown = 0, complete = true } = result;
  const all = pass + fail + unknown;
  return {
    ...{ provider, accountId, complete, lastSeenAt: at, unknown, results: all, hash: 1 },
    pass: pass > 0 ? { [severity]: pass } : {},
    fail: fail > 0 ? { [severity]: fail } : {},
    exempt: {},
    things: result.things ?? all,
  };
}
