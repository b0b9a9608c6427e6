import type { TeamScope } from '../../../platform/database/collection.js';
import type { Catalogue, Proof } from '../../catalogue/index.js';
import { type CheckMatches, checkKey } from '../../mapping/index.js';
import { type EngineScope, type TeamScoping, WHOLE } from '../scoping/scoping.rules.js';
import type { CheckTallies } from './check-tallies.js';
import { type Input, inputsByControl, neededIds } from './control-inputs.rules.js';
import type { ControlEvidence } from './control-status.rules.js';
import type { EngineEvidence } from './engine-evidence.js';
import { decides, totalOf } from './evidence.rules.js';
import { providersFor, readProof } from './proof-checklist.rules.js';
import { SeenThings, unsettledWitnesses } from './seen-things.rules.js';

export interface InputsGiven {
  catalogue: Catalogue;
  controlIds: readonly string[];
  matched: readonly CheckMatches[];
  /** Tallies that need not be read, each check's by all tools. */
  tallied: readonly CheckTallies[];
  scoping: TeamScoping;
  now: string;
}

type Own = Pick<ControlEvidence, 'scope' | 'regions' | 'proof'> & { tallies: Input[] };

export interface InputsOfControls {
  /** `as`: reads each input as if it were another one. */
  of(controlId: string, scope: EngineScope, as?: (input: Input) => Input): Own;
}

/** The results that count for each control, and what they prove, limited to the accounts of a scope. */
export async function readInputs(
  evidence: Pick<EngineEvidence, 'talliesOf'>,
  team: TeamScope,
  { catalogue, controlIds, matched, tallied: given, scoping, now }: InputsGiven,
): Promise<InputsOfControls> {
  const { checks, controls } = catalogue;
  const { settings, scopes, regionNotes } = scoping;
  const wanted = new Set(matched.flatMap((item) => [item.checkId, ...neededIds(item)]));
  const known = new Map<string, CheckTallies>();
  const load = async (checkIds: Iterable<string>) => {
    const missing = [...checkIds].filter((id) => !loaded.has(id));
    if (missing.length === 0) return;
    for (const id of missing) loaded.add(id);
    for (const item of await evidence.talliesOf(team, missing)) known.set(item.id, item);
  };
  const loaded = new Set<string>();
  for (const item of given) {
    known.set(item.id, item);
    loaded.add(item.checkId);
  }
  await load(wanted);
  // A control that fails everywhere needs no more: what is missing beside its fails proves nothing.
  const failing = scopes.length > 1 ? NONE : failingControls(matched, known.values());
  const provable = controlIds.flatMap((id): Proof[] => {
    const proof = failing.has(id) ? undefined : controls.get(id)?.proof;
    return proof ? [proof] : [];
  });
  const [{ accounts }] = scopes;
  // Where an anchor has no result, other checks show whether there is anything for it.
  await load(unsettledWitnesses(provable, accounts, [...known.values()], checks));
  const all = [...known.values()];
  const byControl = inputsByControl(matched, all, { checks, now, settings });
  const seen = new SeenThings(all, checks);
  const deciding = new Map<string, ReadonlySet<string>>();
  const decidingFor = (controlId: string) => {
    const before = deciding.get(controlId);
    if (before) return before;
    // From all accounts: an account in scope must be evaluated even when only others have results.
    const inputs = (byControl.get(controlId) ?? []).filter(decides);
    const found = new Set(inputs.map(({ provider }) => provider));
    deciding.set(controlId, found);
    return found;
  };
  return {
    of(controlId, { id, accounts, includes }, as) {
      const own = byControl.get(controlId) ?? [];
      const control = controls.get(controlId);
      const inScope = id === WHOLE ? own : own.filter(({ tally }) => includes(tally.accountId));
      const tallies = as ? inScope.map(as) : inScope;
      const providers = decidingFor(controlId);
      // A provider that could prove a control counts once anything decides about it.
      const relevant = providers.size === 0 ? providers : providersFor(control, providers);
      const places = accounts.filter(({ provider }) => relevant.has(provider));
      const proof = readProof({
        ...{ control, accounts: places, providers: relevant, tallies, seen, checks, now, settings },
      });
      const concerned = places
        .map(({ account }) => account)
        .filter((account) => !proof.unconcerned.has(account));
      return {
        tallies,
        proof,
        scope: concerned,
        regions: concerned.flatMap((account) => regionNotes.get(account) ?? []),
      };
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

/** The controls about which a check with an open fail decides. */
function failingControls(
  matched: readonly CheckMatches[],
  tallied: Iterable<CheckTallies>,
): ReadonlySet<string> {
  const failing = new Set<string>();
  for (const item of tallied) {
    if (item.accounts.some(({ fail }) => totalOf(fail) > 0)) failing.add(checkKey(item));
  }
  const found = new Set<string>();
  for (const item of matched) {
    if (!failing.has(checkKey(item))) continue;
    for (const { controlId, reason } of item.matches) {
      if (decides({ match: reason })) found.add(controlId);
    }
  }
  return found;
}
