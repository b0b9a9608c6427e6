import type { z } from 'zod';
import type {
  ControlStatus,
  FrameworkSummary,
  getPosture,
  TopFix,
} from '../../../../contract/compliance.js';
import { CONTROL_STATUSES } from '../../../../contract/compliance.js';
import { SEVERITIES } from '../../../../contract/severity.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Framework, TeamCatalogues } from '../../catalogue/index.js';
import { attributionsOf } from '../../catalogue/index.js';
import type { Attestation } from '../attestations/attestation.js';
import type { AttestationsRepository } from '../attestations/attestations.repository.js';
import { isUnchanged } from '../attestations/attested-text.rules.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { ControlStatesRepository } from '../states/control-states.repository.js';
import type { TeamControlState } from '../states/team-control-state.js';
import { type FrameworkFigures, figuresOf, type PostureMoment } from './framework-figures.rules.js';
import type { PassingResults } from './passing.rules.js';
import { gainOf, postureOf, weightOf } from './posture.rules.js';
import { isAttestation } from './requirement-view.rules.js';
import type { ResultsInScope } from './results-in-scope.js';
import { teamInputs } from './team-inputs.rules.js';

export interface PostureDeps {
  catalogues: TeamCatalogues;
  scoping: ScopingRepository;
  states: ControlStatesRepository;
  attestations: AttestationsRepository;
  results: ResultsInScope;
  clock: Clock;
}

/** The inputs of a team's scores, read once per request. */
export interface PostureSnapshot extends PostureMoment {
  states: Map<string, TeamControlState>;
}

const MAX_FIXES = 50;

/** A team's posture in each framework, computed from its control states for each request. */
export class PostureService {
  constructor(private readonly deps: PostureDeps) {}

  /** Control → its state in the framework's scope, or in all accounts if the framework has none. */
  async statesOf(team: TeamScope, frameworkId: string): Promise<Map<string, TeamControlState>> {
    const { scopeOf } = await readScoping(this.deps.scoping, team, []);
    const states = await this.deps.states.list(team, scopeOf(frameworkId));
    return new Map(states.map((state) => [state.controlId, state]));
  }

  /** Control → the share of passing results in the framework's scope. */
  async passingIn(team: TeamScope, frameworkId: string) {
    const [{ scopeOf }, passing] = await Promise.all([
      readScoping(this.deps.scoping, team, []),
      this.deps.results.passing(team),
    ]);
    return (controlId: string) => passing.ofControl(controlId, scopeOf(frameworkId));
  }

  async frameworks(team: TeamScope): Promise<FrameworkSummary[]> {
    return this.#summaries(...(await this.#shown(team)));
  }

  async framework(team: TeamScope, frameworkId: string) {
    const [snapshot, passing] = await this.#shown(team);
    const framework = await this.find(team, frameworkId);
    const { summary, stateOf } = figuresOf(framework, snapshot, passing);
    return {
      ...summary,
      source: framework.source ?? null,
      sections: [...framework.sections],
      requirementStates: framework.requirements.map(stateOf),
      attributions: attributionsOf([
        framework,
        ...framework.requirements.flatMap(({ controls }) =>
          controls.map(({ controlId }) => snapshot.catalogue.controls.get(controlId)),
        ),
      ]),
    };
  }

  /** Inactive ones too, because people view a framework before activating it. */
  async find(team: TeamScope, frameworkId: string): Promise<Framework> {
    const { frameworks } = await this.deps.catalogues.all(team);
    const framework = frameworks.get(frameworkId);
    if (!framework) throw new NotFoundError('no such framework', { frameworkId });
    return framework;
  }

  /** Everything that scores are computed from: states, valid attestations, frameworks with their requirements; and the failing results. */
  async moment(team: TeamScope) {
    const [snapshot, { failing }] = await Promise.all([
      this.snapshot(team),
      this.deps.results.of(team),
    ]);
    return {
      catalogue: snapshot.catalogue,
      failing,
      states: snapshot.states as ReadonlyMap<string, TeamControlState>,
      attestations: [...snapshot.attestations.values()].filter((each) => {
        const requirement = snapshot.library.requirement(each.frameworkId, each.requirementId);
        return isAttestation(each, requirement?.attestation ?? false);
      }),
      frameworks: [...snapshot.catalogue.frameworks.values()].map((framework) => ({
        framework,
        posture: postureOf(framework, snapshot),
      })),
    };
  }

  async overview(team: TeamScope): Promise<z.input<typeof getPosture.result>> {
    const [[snapshot, passing], { lastRun, openFindings, accounts }] = await Promise.all([
      this.#shown(team),
      this.deps.results.of(team),
    ]);
    const controls = Object.fromEntries(CONTROL_STATUSES.map((status) => [status, 0])) as Record<
      ControlStatus,
      number
    >;
    for (const id of snapshot.catalogue.controls.keys()) {
      controls[snapshot.statusOf(id) ?? 'not_assessed'] += 1;
    }
    const figures = this.#figures(snapshot, passing);
    const topFixes = this.#topFixes(snapshot, figures);
    return {
      frameworks: figures.map(({ summary }) => summary),
      controls,
      openFindings,
      accounts,
      topFixes,
      attributions: attributionsOf([
        ...snapshot.catalogue.frameworks.values(),
        ...topFixes.map(({ controlId }) => snapshot.catalogue.controls.get(controlId)),
      ]),
      lastRun,
    };
  }

  /** Controls with open findings, by what implementing each would add to the scores. */
  #topFixes(snapshot: PostureSnapshot, figures: readonly FrameworkFigures[]): TopFix[] {
    const weights = new Map(
      figures.map(({ summary, posture }) => [summary.id, weightOf(posture.requirementPostures)]),
    );
    const fixes = [...snapshot.states.values()]
      .filter(({ openFindings }) => openFindings > 0)
      .map(({ controlId, status, reason, openFindings, explanation }): TopFix => {
        const gains = gainOf(controlId, snapshot, weights);
        const failing = explanation.inputs.filter(({ fail }) => fail > 0);
        return {
          controlId,
          title: snapshot.catalogue.controls.get(controlId)?.title ?? controlId,
          status,
          reason,
          openFindings,
          worstSeverity:
            SEVERITIES.find((severity) => failing.some((input) => input.severity === severity)) ??
            null,
          gain: Math.round(gains.reduce((sum, { gain }) => sum + gain, 0) * 10) / 10,
          frameworks: gains,
        };
      });
    return fixes
      .filter(({ gain }) => gain > 0)
      .sort((a, b) => b.gain - a.gain || (a.controlId < b.controlId ? -1 : 1))
      .slice(0, MAX_FIXES);
  }

  /** Figures of a framework, with the inputs that they were computed from. */
  async figures(team: TeamScope, frameworkId: string) {
    const [snapshot, passing] = await this.#shown(team);
    const framework = await this.find(team, frameworkId);
    return { snapshot, framework, ...figuresOf(framework, snapshot, passing) };
  }

  /** With the figures of the results themselves. */
  #shown(team: TeamScope): Promise<[PostureSnapshot, PassingResults]> {
    return Promise.all([this.snapshot(team), this.deps.results.passing(team)]);
  }

  #summaries(snapshot: PostureSnapshot, results: PassingResults): FrameworkSummary[] {
    return this.#figures(snapshot, results).map(({ summary }) => summary);
  }

  /** Of the active frameworks. */
  #figures(snapshot: PostureSnapshot, results: PassingResults): FrameworkFigures[] {
    const { frameworks } = snapshot.catalogue;
    return [...frameworks.values()].map((each) => figuresOf(each, snapshot, results));
  }

  /** A consistent view for several queries. */
  async snapshot(team: TeamScope): Promise<PostureSnapshot> {
    const { catalogues, clock } = this.deps;
    const states = await this.deps.states.list(team);
    const [catalogue, library, standings, given, { scopeOf }] = await Promise.all([
      catalogues.of(team),
      catalogues.all(team),
      this.deps.states.standings(team, states),
      this.deps.attestations.list(team),
      readScoping(this.deps.scoping, team, []),
    ]);
    const now = clock.now().toISOString();
    const byControl = new Map(states.map((state) => [state.controlId, state]));
    const attestations = new Map<string, Attestation>();
    const outdated = new Map<string, Attestation>();
    for (const item of given.filter(({ expiresAt }) => expiresAt > now)) {
      const kept = isUnchanged(library, item) ? attestations : outdated;
      kept.set(`${item.frameworkId}/${item.requirementId}`, item);
    }
    const valid = [...attestations.values()];
    return {
      ...teamInputs({ catalogue, library, standings, scopeOf, given: valid }),
      library,
      states: byControl,
      attestations,
      outdated,
      evaluatedAt: states.reduce<string | null>(
        (newest, { evaluatedAt }) =>
          newest === null || evaluatedAt > newest ? evaluatedAt : newest,
        null,
      ),
    };
  }
}
