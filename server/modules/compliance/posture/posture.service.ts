import type { z } from 'zod';
import type {
  ControlStatus,
  FrameworkSummary,
  getPosture,
  RequirementState,
  TopFix,
} from '../../../../contract/compliance.js';
import { CONTROL_STATUSES } from '../../../../contract/compliance.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Framework, TeamCatalogues } from '../../catalogue/index.js';
import { attributionsOf } from '../../catalogue/index.js';
import type {
  Attestation,
  AttestationsRepository,
} from '../attestations/attestations.repository.js';
import { stillSays } from '../attestations/attested-text.rules.js';
import type { CheckTallies, CheckTalliesRepository } from '../engine/check-tallies.repository.js';
import type { EngineMemory, EngineRunsRepository } from '../engine/engine-runs.repository.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import { readScoping } from '../scoping/scoping.service.js';
import type {
  ControlStatesRepository,
  TeamControlState,
} from '../states/control-states.repository.js';
import { gainOf, type PostureInputs, postureOf, weightsOf } from './posture.rules.js';

export interface PostureDeps {
  catalogues: TeamCatalogues;
  scoping: ScopingRepository;
  states: ControlStatesRepository;
  attestations: AttestationsRepository;
  runs: EngineRunsRepository;
  tallies: CheckTalliesRepository;
  clock: Clock;
}

/** What a team's scores are made of, read once per question. */
export interface Standing extends PostureInputs {
  states: Map<string, TeamControlState>;
  attestations: Map<string, Attestation>;
  /** In time, but the requirement says something else by now. */
  outdated: Map<string, Attestation>;
  evaluatedAt: string | null;
}

type InScope = Pick<z.input<typeof getPosture.result>, 'openFindings' | 'accounts'>;

const MOST_FIXES = 50;

/** Where a team stands in each framework, derived from its control states whenever it is asked. */
export class PostureService {
  readonly #known = new Map<string, { run: string; inScope: InScope }>();

  constructor(private readonly deps: PostureDeps) {}

  /** For questions of others about the same moment. */
  standing(team: TeamScope): Promise<Standing> {
    return this.#standing(team);
  }

  /** Control → its state by the accounts in the framework's scope; by all where it has none. */
  async statesOf(team: TeamScope, frameworkId: string): Promise<Map<string, TeamControlState>> {
    const { scopeOf } = await readScoping(this.deps.scoping, team, []);
    const states = await this.deps.states.list(team, scopeOf(frameworkId));
    return new Map(states.map((state) => [state.controlId, state]));
  }

  async frameworks(team: TeamScope): Promise<FrameworkSummary[]> {
    return this.#summaries(await this.#standing(team));
  }

  async framework(team: TeamScope, frameworkId: string) {
    const standing = await this.#standing(team);
    const framework = await this.find(team, frameworkId);
    const { requirementPostures, ...posture } = postureOf(framework, standing);
    const byId = new Map(requirementPostures.map((item) => [item.id, item]));
    const requirementStates = framework.requirements.map(
      ({ id, title, section, attestation, controls }): RequirementState => {
        const state = byId.get(id);
        const given = standing.attestations.get(`${framework.id}/${id}`);
        return {
          id,
          title,
          section,
          status: state?.status ?? 'not_assessed',
          value: state?.value ?? 0,
          coverage: state?.coverage ?? 0,
          weight: state?.weight ?? 0,
          attestationNeeded: attestation,
          attestation: given ?? null,
          outdatedAttestation: standing.outdated.get(`${framework.id}/${id}`) ?? null,
          controls: controls.map(({ controlId, relation }) => ({
            id: controlId,
            title: standing.catalogue.controls.get(controlId)?.title ?? controlId,
            relation,
            status: standing.statusOf(controlId, framework.id) ?? 'not_assessed',
          })),
        };
      },
    );
    return {
      ...describe(framework, standing.evaluatedAt),
      ...posture,
      sections: [...framework.sections],
      requirementStates,
      attributions: attributionsOf([
        framework,
        ...framework.requirements.flatMap(({ controls }) =>
          controls.map(({ controlId }) => standing.catalogue.controls.get(controlId)),
        ),
      ]),
    };
  }

  /** Also one that is not active: who thinks of activating it wants to see it first. */
  async find(team: TeamScope, frameworkId: string): Promise<Framework> {
    const { frameworks } = await this.deps.catalogues.all(team);
    const framework = frameworks.get(frameworkId);
    if (!framework) throw new NotFoundError('no such framework', { frameworkId });
    return framework;
  }

  /** All that scores are made of, read once: states, valid attestations, every framework with its requirements. */
  async moment(team: TeamScope) {
    const standing = await this.#standing(team);
    return {
      catalogue: standing.catalogue,
      states: standing.states as ReadonlyMap<string, TeamControlState>,
      attestations: [...standing.attestations.values()],
      frameworks: [...standing.catalogue.frameworks.values()].map((framework) => ({
        framework,
        posture: postureOf(framework, standing),
      })),
    };
  }

  async overview(team: TeamScope): Promise<z.input<typeof getPosture.result>> {
    const { runs } = this.deps;
    const [standing, memory] = await Promise.all([this.#standing(team), runs.get(team)]);
    const controls = Object.fromEntries(CONTROL_STATUSES.map((status) => [status, 0])) as Record<
      ControlStatus,
      number
    >;
    for (const id of standing.catalogue.controls.keys()) {
      controls[standing.statusOf(id) ?? 'not_assessed'] += 1;
    }
    const { openFindings, accounts } = await this.#inScope(team, memory);
    const topFixes = this.#topFixes(standing);
    return {
      frameworks: this.#summaries(standing),
      controls,
      openFindings,
      accounts,
      topFixes,
      attributions: attributionsOf([
        ...standing.catalogue.frameworks.values(),
        ...topFixes.map(({ controlId }) => standing.catalogue.controls.get(controlId)),
      ]),
      lastRun: memory?.lastRun ?? null,
    };
  }

  /** Added up from all tallies once per run of the engine, which keeps them. */
  async #inScope(team: TeamScope, memory: EngineMemory | null): Promise<InScope> {
    const run = JSON.stringify(memory?.lastRun ?? null);
    const known = this.#known.get(team.teamId);
    if (memory && known?.run === run) return known.inScope;
    const inScope = addedUp(await this.deps.tallies.list(team));
    this.#known.set(team.teamId, { run, inScope });
    return inScope;
  }

  /** Controls with open findings, by what implementing each would add to the scores. */
  #topFixes(standing: Standing): TopFix[] {
    const weights = weightsOf(standing);
    const fixes = [...standing.states.values()]
      .filter(({ openFindings }) => openFindings > 0)
      .map(({ controlId, status, reason, openFindings, explanation }): TopFix => {
        const gains = gainOf(controlId, standing, weights);
        const failing = explanation.inputs.filter(({ fail }) => fail > 0);
        return {
          controlId,
          title: standing.catalogue.controls.get(controlId)?.title ?? controlId,
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
      .slice(0, MOST_FIXES);
  }

  #summaries(standing: Standing): FrameworkSummary[] {
    return [...standing.catalogue.frameworks.values()].map((framework) => {
      const { requirementPostures: _, ...posture } = postureOf(framework, standing);
      return { ...describe(framework, standing.evaluatedAt), ...posture };
    });
  }

  async #standing(team: TeamScope): Promise<Standing> {
    const { catalogues, clock } = this.deps;
    const [catalogue, library, states, statuses, given, { scopeOf }] = await Promise.all([
      catalogues.of(team),
      catalogues.all(team),
      this.deps.states.list(team),
      this.deps.states.statuses(team),
      this.deps.attestations.list(team),
      readScoping(this.deps.scoping, team, []),
    ]);
    const now = clock.now().toISOString();
    const byControl = new Map(states.map((state) => [state.controlId, state]));
    const attestations = new Map<string, Attestation>();
    const outdated = new Map<string, Attestation>();
    for (const item of given.filter(({ expiresAt }) => expiresAt > now)) {
      const kept = stillSays(library, item) ? attestations : outdated;
      kept.set(`${item.frameworkId}/${item.requirementId}`, item);
    }
    return {
      catalogue,
      states: byControl,
      attestations,
      outdated,
      evaluatedAt: states.reduce<string | null>(
        (newest, { evaluatedAt }) =>
          newest === null || evaluatedAt > newest ? evaluatedAt : newest,
        null,
      ),
      statusOf: (id, frameworkId) => statuses.get(scopeOf(frameworkId ?? ''))?.get(id),
      attested: (frameworkId, requirementId) => attestations.has(`${frameworkId}/${requirementId}`),
    };
  }
}

export function describe(
  { id, name, version, publisher, about, attribution }: Framework,
  evaluatedAt: string | null,
) {
  return { id, name, version, publisher, about, evaluatedAt, attribution };
}

function addedUp(checks: readonly CheckTallies[]): InScope {
  const openFindings = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >;
  const accounts = new Map<string, InScope['accounts'][number]>();
  for (const tally of checks.flatMap((check) => check.accounts)) {
    const { provider, accountId, lastSeenAt, results, fail, exempt } = tally;
    const key = `${provider}/${accountId}`;
    const account = accounts.get(key) ?? { provider, accountId, results: 0, lastSeenAt };
    accounts.set(key, account);
    if (lastSeenAt > account.lastSeenAt) account.lastSeenAt = lastSeenAt;
    account.results += results;
    for (const severity of SEVERITIES) {
      openFindings[severity] += (fail[severity] ?? 0) - (exempt[severity] ?? 0);
    }
  }
  return { openFindings, accounts: [...accounts.values()] };
}
