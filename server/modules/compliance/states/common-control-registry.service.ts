import type { z } from 'zod';
import type {
  ControlDetail,
  ControlStatus,
  ControlSummary,
  decideControl,
} from '../../../../contract/compliance.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Catalogue, Control, TeamCatalogues } from '../../catalogue/index.js';
import { attributionsOf } from '../../catalogue/index.js';
import type { DecisionsService } from '../decisions/decisions.service.js';
import type { PassingResults } from '../posture/passing.rules.js';
import type { ResultsInScope } from '../posture/results-in-scope.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { AnswersElsewhere } from './answers-elsewhere.js';
import type { ControlStatesRepository } from './control-states.repository.js';
import type { TeamControlState } from './team-control-state.js';

export interface RegistryDeps {
  catalogues: TeamCatalogues;
  states: ControlStatesRepository;
  answers: AnswersElsewhere;
  deciding: DecisionsService;
  scoping: ScopingRepository;
  results: Pick<ResultsInScope, 'passing'>;
}

export interface ControlFilter {
  domain?: string;
  status?: ControlStatus;
  q?: string;
}

/** The control library with a team's status of and decision about each control. */
export class CommonControlRegistryService {
  constructor(private readonly deps: RegistryDeps) {}

  async list(actor: Actor, { domain, status, q }: ControlFilter) {
    const { catalogues, states, results } = this.deps;
    const [catalogue, stored, passing] = await Promise.all([
      catalogues.of(actor),
      states.list(actor),
      results.passing(actor),
    ]);
    const known = new Map(stored.map((state) => [state.controlId, state]));
    const wanted = q?.trim().toLowerCase() ?? '';
    const items = [...catalogue.controls.values()]
      .filter((control) => !domain || control.domain === domain)
      .filter(({ id, title, intent }) => `${id} ${title} ${intent}`.toLowerCase().includes(wanted))
      .map((control) => ({
        ...summaryOf(catalogue, control, known.get(control.id)),
        passing: passing.ofControl(control.id),
      }))
      .filter((summary) => !status || summary.status === status);
    const domains = [...catalogue.domains.values()].map(({ code, name }) => ({
      code,
      name,
      controls: [...catalogue.controls.values()].filter((control) => control.domain === code)
        .length,
    }));
    return { items, domains };
  }

  async get(actor: Actor, controlId: string): Promise<ControlDetail> {
    const { catalogues, states, deciding, results, answers } = this.deps;
    const catalogue = await catalogues.of(actor);
    const control = requireControl(catalogue, controlId);
    const [state, passing, elsewhere] = await Promise.all([
      states.get(actor, controlId),
      results.passing(actor),
      answers.of(actor, controlId),
    ]);
    const serves = catalogue.requirementsOf(controlId);
    return {
      ...summaryOf(catalogue, control, state ?? undefined),
      passing: passing.ofControl(controlId),
      intent: control.intent,
      cadence: control.cadence,
      keywords: [...control.keywords],
      explanation: state?.explanation ?? NO_EXPLANATION,
      decision: await deciding.inForce(actor, controlId),
      ...(elsewhere.answers.length > 0 ? { answeredElsewhere: elsewhere.answers } : {}),
      requirements: serves.map(({ framework, requirement, relation }) => ({
        framework: framework.id,
        frameworkName: framework.name,
        requirement: requirement.id,
        title: requirement.title,
        relation,
      })),
      attributions: attributionsOf([
        ...serves.map(({ framework }) => framework),
        ...elsewhere.frameworks,
      ]),
      since: state?.since ?? null,
      evaluatedAt: state?.evaluatedAt ?? null,
      ruleVersion: state?.ruleVersion ?? null,
      scopes: await this.#inScopes(actor, catalogue, controlId, passing),
    };
  }

  /** Applies a person's decision over the evidence, to the extent that its kind allows. */
  async decide(
    actor: Actor,
    controlId: string,
    input: z.output<NonNullable<typeof decideControl.body>>,
  ): Promise<ControlDetail> {
    await this.deps.deciding.decide(actor, controlId, input);
    return this.get(actor, controlId);
  }

  async withdraw(actor: Actor, controlId: string): Promise<ControlDetail> {
    await this.deps.deciding.withdraw(actor, controlId);
    return this.get(actor, controlId);
  }

  /** The states in scopes whose frameworks require the control. */
  async #inScopes(
    team: TeamScope,
    catalogue: Catalogue,
    controlId: string,
    results: PassingResults,
  ) {
    const { scoping, states } = this.deps;
    const { scopeOf, scopes } = await readScoping(scoping, team, []);
    const serving = new Map(
      catalogue.requirementsOf(controlId).map(({ framework }) => [framework.id, framework]),
    );
    const found: NonNullable<ControlDetail['scopes']> = [];
    for (const { id: scopeId } of scopes.slice(1)) {
      const ofScope = [...serving.values()].filter(({ id }) => scopeOf(id) === scopeId);
      const state = ofScope.length > 0 && (await states.get(team, controlId, scopeId));
      if (!state) continue;
      const { status, assurance, reason, openFindings, explanation } = state;
      const frameworks = ofScope.map(({ id, name }) => ({ id, name }));
      const passing = results.ofControl(controlId, scopeId);
      found.push({ frameworks, status, assurance, reason, openFindings, passing, explanation });
    }
    return found;
  }
}

function requireControl(catalogue: Catalogue, controlId: string): Control {
  const control = catalogue.controls.get(controlId);
  if (!control) throw new NotFoundError(`no such control: ${controlId}`, { controlId });
  return control;
}

function summaryOf(
  catalogue: Catalogue,
  control: Control,
  state: TeamControlState | undefined,
): ControlSummary {
  const { id, title, domain, weight, kind, attribution } = control;
  return {
    id,
    title,
    domain,
    domainName: catalogue.domains.get(domain)?.name ?? domain,
    weight,
    kind,
    status: state?.status ?? 'not_assessed',
    assurance: state?.assurance ?? 'none',
    reason: state?.reason ?? 'Nothing has been imported yet.',
    openFindings: state?.openFindings ?? 0,
    contradicted: state?.contradicted ?? false,
    attribution,
  };
}

const NO_EXPLANATION = {
  rule: 'Without evidence, an answer or a decision a control is not assessed.',
  whatWouldChangeIt: ['Import a scanner report that checks this control, or answer for it.'],
  inputs: [],
  inputsTotal: 0,
  accountsWithoutEvidence: [],
};
