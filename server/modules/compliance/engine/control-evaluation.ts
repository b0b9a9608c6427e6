import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { CheckEvidence, EvidenceService } from '../../security-scans/index.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import { type ControlChange, type ControlStanding, controlChanged } from '../compliance.events.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { TeamMatchers } from '../matching/team-matchers.js';
import {
  type CheckMatches,
  type CheckMatchesRepository,
  matchesId,
} from './check-matches.repository.js';
import {
  inputsByControl,
  providersByCheck,
  providersOf,
  strongest,
} from './control-inputs.rules.js';
import {
  type ControlStatesRepository,
  stateId,
  type TeamControlState,
} from './control-states.repository.js';
import { type ControlVerdict, statusOf } from './control-status.rules.js';
import { DEFAULT_STATUS_SETTINGS, decides } from './evidence.rules.js';
import { accountOf, checkKey, talliesByCheck } from './tallies.rules.js';

/** Goes up when rules or matching change what comes out of the same inputs. */
const RULES = 2;

export interface EvaluationDeps {
  catalogues: TeamCatalogues;
  matchers: TeamMatchers;
  evidence: EvidenceService;
  states: ControlStatesRepository;
  matches: CheckMatchesRepository;
  decisions: DecisionsRepository;
  events: Events;
  clock: Clock;
}

/** A run's turn: while it lasts no other process computes for the team. */
export interface Turn {
  team: TeamScope;
  lease: Pick<Lease, 'check'>;
}

/** How controls come to their states: checks are matched to controls, and controls judged by their evidence. */
export class ControlEvaluation {
  constructor(private readonly deps: EvaluationDeps) {}

  /** Names the rules, the library and the mapping by which states are made. */
  async ruleVersion(team: TeamScope): Promise<string> {
    return this.#versionWith(await this.deps.catalogues.of(team));
  }

  #versionWith(catalogue: Catalogue): string {
    const { matchers } = this.deps;
    return [RULES, catalogue.version.slice(0, 16), matchers.version.slice(0, 16)].join(':');
  }

  /** Matches checks to controls and remembers it, writing only what has changed. */
  async match(
    { team, lease }: Turn,
    checks: CheckEvidence['checks'],
    before: readonly CheckMatches[],
  ): Promise<CheckMatches[]> {
    const { catalogues, matchers, matches } = this.deps;
    const matcher = matchers.for(await catalogues.all(team));
    const known = new Map(before.map((item) => [item.id, item]));
    const matched = [...providersOf(checks).values()].map((described): CheckMatches => {
      const [{ tool, check }] = described;
      const found = strongest(
        described.flatMap(({ provider, check: own }) => matcher.match({ ...own, tool, provider })),
      );
      return {
        id: matchesId(team, tool, check.id),
        teamId: team.teamId,
        tool,
        checkId: check.id,
        controlIds: found.map(({ controlId }) => controlId),
        matches: found,
      };
    });
    const changed = matched.filter(
      (item) => JSON.stringify(known.get(item.id)?.matches) !== JSON.stringify(item.matches),
    );
    lease.check();
    if (changed.length > 0) await matches.put(team, changed);
    return matched;
  }

  /** Judges these controls by all evidence for them, and stores and announces what has changed. */
  async evaluate(
    { team, lease }: Turn,
    controlIds: readonly string[],
    accounts: readonly { provider: string; accountId: string }[],
    known?: CheckEvidence & { matched: CheckMatches[] },
  ): Promise<Evaluated> {
    const { evidence, matches, states, decisions, catalogues, clock, events } = this.deps;
    if (controlIds.length === 0) return { controlsChanged: 0, requirementsChanged: 0, changes: [] };
    const catalogue = await catalogues.of(team);
    const ruleVersion = this.#versionWith(catalogue);
    const matched = known?.matched ?? (await matches.ofControls(team, controlIds));
    const { checks, scopes } =
      known ?? (await evidence.of(team, [...new Set(matched.map(({ checkId }) => checkId))]));
    const [before, decided] = await Promise.all([
      states.byControl(team, controlIds),
      decisions.byControl(team, controlIds),
    ]);
    const titles = new Map(
      checks.map(({ tool, check }) => [checkKey({ tool, checkId: check.id }), check.title]),
    );
    const tallies = talliesByCheck(
      scopes,
      (tool, checkId) => titles.get(checkKey({ tool, checkId })) || checkId,
    );
    const providers = providersByCheck(scopes);
    const inputs = inputsByControl(matched, tallies);
    const now = clock.now().toISOString();
    const changed: TeamControlState[] = [];
    const moved = new Set<string>();
    for (const controlId of controlIds) {
      if (!catalogue.controls.has(controlId)) continue;
      const own = inputs.get(controlId) ?? [];
      const relevant = new Set(
        own.filter(decides).flatMap(({ tally }) => [...(providers.get(checkKey(tally)) ?? [])]),
      );
      const verdict = statusOf({
        tallies: own,
        scope: accounts.filter(({ provider }) => relevant.has(provider)).map(accountOf),
        decision: decided.get(controlId) ?? null,
        now,
        settings: DEFAULT_STATUS_SETTINGS,
      });
      const made = { team, controlId, ruleVersion, now };
      const state = stateFrom(made, verdict, before.get(controlId) ?? null);
      if (!state) continue;
      changed.push(state);
      if (before.get(controlId)?.status !== state.status) moved.add(controlId);
    }
    lease.check();
    if (changed.length > 0) await states.put(team, changed);
    for (const state of changed) {
      if (!moved.has(state.controlId)) continue;
      await events.emit(controlChanged, {
        teamId: team.teamId,
        controlId: state.controlId,
        from: before.get(state.controlId)?.status ?? null,
        to: state.status,
      });
    }
    const requirements = [...moved].flatMap((id) =>
      catalogue
        .requirementsOf(id)
        .map(({ framework, requirement }) => `${framework.id}/${requirement.id}`),
    );
    const changes = changed.map(
      (state): ControlChange => ({
        controlId: state.controlId,
        from: standingOf(before.get(state.controlId)),
        to: standingOf(state) as ControlStanding,
      }),
    );
    return {
      controlsChanged: moved.size,
      requirementsChanged: new Set(requirements).size,
      changes,
    };
  }
}

export interface Evaluated {
  controlsChanged: number;
  requirementsChanged: number;
  /** Every state that is another than before, also where only its explanation is. */
  changes: ControlChange[];
}

/** Null when what is stored says the same. */
function stateFrom(
  made: { team: TeamScope; controlId: string; ruleVersion: string; now: string },
  verdict: ControlVerdict,
  before: TeamControlState | null,
): TeamControlState | null {
  const { team, controlId, ruleVersion, now } = made;
  const told = toldBy(verdict);
  const isSame =
    before?.ruleVersion === ruleVersion && JSON.stringify(told) === JSON.stringify(toldBy(before));
  if (isSame) return null;
  return {
    ...told,
    id: stateId(team, controlId),
    teamId: team.teamId,
    controlId,
    since: before?.status === verdict.status ? before.since : now,
    evaluatedAt: now,
    ruleVersion,
  };
}

function standingOf(state: TeamControlState | undefined): ControlStanding | null {
  if (!state) return null;
  const { status, assurance, openFindings, contradicted, reason, explanation } = state;
  const failingChecks = explanation.inputs
    .filter(({ fail }) => fail > 0)
    .map(({ tool, checkId }) => ({ tool, checkId }));
  return { status, assurance, openFindings, contradicted, reason, failingChecks };
}

/** What a state says of its control, without when. */
function toldBy(state: Omit<ControlVerdict, 'evidenceStatus'>) {
  const { status, assurance, reason, openFindings, contradicted, explanation } = state;
  return { status, assurance, reason, openFindings, contradicted, explanation };
}
