import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { CheckEvidence, EvidenceService } from '../../security-scans/index.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { controlChanged } from '../compliance.events.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { ControlMatcher } from '../matching/control-matcher.js';
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
  catalogue: Catalogue;
  matcher: ControlMatcher;
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
  get ruleVersion(): string {
    const { catalogue, matcher } = this.deps;
    return [RULES, catalogue.version.slice(0, 16), matcher.version.slice(0, 16)].join(':');
  }

  /** Matches checks to controls and remembers it, writing only what has changed. */
  async match(
    { team, lease }: Turn,
    checks: CheckEvidence['checks'],
    before: readonly CheckMatches[],
  ): Promise<CheckMatches[]> {
    const { matcher, matches } = this.deps;
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
  ): Promise<{ controlsChanged: number; requirementsChanged: number }> {
    const { evidence, matches, states, decisions, catalogue, clock, events } = this.deps;
    if (controlIds.length === 0) return { controlsChanged: 0, requirementsChanged: 0 };
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
      const state = this.#stateFrom(team, controlId, verdict, before.get(controlId) ?? null, now);
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
    return { controlsChanged: moved.size, requirementsChanged: new Set(requirements).size };
  }

  /** Null when what is stored says the same. */
  #stateFrom(
    team: TeamScope,
    controlId: string,
    verdict: ControlVerdict,
    before: TeamControlState | null,
    now: string,
  ): TeamControlState | null {
    const told = toldBy(verdict);
    const isSame =
      before?.ruleVersion === this.ruleVersion &&
      JSON.stringify(told) === JSON.stringify(toldBy(before));
    if (isSame) return null;
    return {
      ...told,
      id: stateId(team, controlId),
      teamId: team.teamId,
      controlId,
      since: before?.status === verdict.status ? before.since : now,
      evaluatedAt: now,
      ruleVersion: this.ruleVersion,
    };
  }
}

/** What a state says of its control, without when. */
function toldBy(state: Omit<ControlVerdict, 'evidenceStatus'>) {
  const { status, assurance, reason, openFindings, contradicted, explanation } = state;
  return { status, assurance, reason, openFindings, contradicted, explanation };
}
