import type { TeamScope } from '../../../platform/database/collection.js';
import type { Catalogue, Proof } from '../../catalogue/index.js';
import type { CheckMatches } from '../../mapping/index.js';
import { type EngineScope, type TeamScoping, WHOLE } from '../scoping/scoping.rules.js';
import type { CheckTallies } from './check-tallies.js';
import { type Input, inputsByControl, neededIds } from './control-inputs.rules.js';
import type { ControlEvidence } from './control-status.rules.js';
import type { EngineEvidence } from './engine-evidence.js';
import { decides } from './evidence.rules.js';
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

type Own = Pick<ControlEvidence, 'scope' | 'proof'> & { tallies: Input[] };

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
  const { settings, scopes } = scoping;
  const wanted = new Set(matched.flatMap((item) => [item.checkId, ...neededIds(item)]));
  const known = new Map<string, CheckTallies>();
  const load = async (checkIds: Iterable<string>) => {
    const loaded = new Set([...known.values()].map(({ checkId }) => checkId));
    const missing = [...checkIds].filter((id) => !loaded.has(id));
    if (missing.length === 0) return;
    for (const item of await evidence.talliesOf(team, missing)) known.set(item.id, item);
  };
  for (const item of given) known.set(item.id, item);
  await load(wanted);
  const provable = controlIds.flatMap((id): Proof[] => {
    const proof = controls.get(id)?.proof;
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
      return {
        tallies,
        scope: places.map(({ account }) => account),
        proof: readProof({
          ...{
            control,
            accounts: places,
            providers: relevant,
            tallies,
            seen,
            checks,
            now,
            settings,
          },
        }),
      };
    },
  };
}
