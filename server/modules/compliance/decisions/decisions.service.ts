import type { z } from 'zod';
import type {
  ControlDecision,
  DecisionLogEntry,
  decideControl,
  StandingDecision,
} from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import type { ScopingService } from '../scoping/scoping.service.js';
import type { ControlStatesRepository } from '../states/control-states.repository.js';
import type { DecisionLogRepository } from './decision-log.repository.js';
import type { DecisionsRepository } from './decisions.repository.js';
import { replacedBy, told } from './decisions.rules.js';

export interface DecisionsDeps {
  catalogues: TeamCatalogues;
  decisions: DecisionsRepository;
  decisionLog: DecisionLogRepository;
  states: ControlStatesRepository;
  engine: Pick<AutonomousComplianceEngine, 'reconsider'>;
  settings: Pick<ScopingService, 'settings'>;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

type NewDecision = z.output<NonNullable<typeof decideControl.body>>;

const DAY_MS = 86_400_000;
/** As of an attestation: a year, and some days to give it anew. */
const LONGEST_ANSWER = 370 * DAY_MS;
const MOST_AGAINST = 20;

/** What people decide about controls: over the evidence, as far as its kind goes, and never without a trace. */
export class DecisionsService {
  constructor(private readonly deps: DecisionsDeps) {}

  async decide(actor: Actor, controlId: string, input: NewDecision): Promise<void> {
    const { decisions, decisionLog, engine, audit, clock } = this.deps;
    await this.#requireControl(actor, controlId);
    const now = clock.now();
    const at = now.toISOString();
    const end = input.expiresAt ? new Date(input.expiresAt).toISOString() : null;
    if (end !== null && end <= at) {
      throw invalid('body.expiresAt', 'must lie in the future');
    }
    if (
      input.kind === 'answer' &&
      end !== null &&
      Date.parse(end) - now.getTime() > LONGEST_ANSWER
    ) {
      throw invalid('body.expiresAt', 'an answer must end within 370 days; then it is given anew');
    }
    const isNotApplicable = input.kind === 'not_applicable';
    if (isNotApplicable && [actor.name, actor.userId].some((own) => isSame(input.approver, own))) {
      throw invalid('body.approver', 'must be somebody else than who decides');
    }
    const { kind, justification } = input;
    const expiresAt = end ?? (kind === 'answer' ? await this.#answerEnd(actor, now) : null);
    const decision: ControlDecision = {
      kind,
      justification,
      status: isNotApplicable ? null : input.status,
      approver: isNotApplicable ? input.approver : null,
      expiresAt,
      actor: actor.name,
      at,
    };
    const before = (await decisions.byControl(actor, [controlId])).get(controlId);
    if (before?.expiresAt && before.expiresAt <= at) await decisionLog.expired(actor, [before]);
    const replaced = replacedBy(decision, before);
    await decisions.put(actor, { ...decision, replaced }, controlId);
    await this.#log(actor, controlId, 'decided', decision);
    await audit.record(actor, `control.${kind}`, controlId, { ...input });
    await engine.reconsider(actor, [controlId]);
  }

  async withdraw(actor: Actor, controlId: string): Promise<void> {
    const { decisions, engine, audit, clock } = this.deps;
    await this.#requireControl(actor, controlId);
    const decision = (await decisions.byControl(actor, [controlId])).get(controlId);
    if (!decision || !(await decisions.remove(actor, controlId))) {
      throw new NotFoundError('there is no decision to take back', { controlId });
    }
    const at = clock.now().toISOString();
    const isOver = decision.expiresAt !== null && decision.expiresAt <= at;
    // One that ran out has its line in the log, or is about to get it.
    if (isOver) await this.deps.decisionLog.expired(actor, [decision]);
    else await this.#log(actor, controlId, 'withdrawn', { ...decision, actor: actor.name, at });
    await audit.record(actor, 'control.decision_withdrawn', controlId);
    await engine.reconsider(actor, [controlId]);
  }

  /** Newest first. */
  async log(actor: Actor, controlId: string, limit: number, cursor?: string) {
    await this.#requireControl(actor, controlId);
    return this.deps.decisionLog.list(actor, controlId, limit, cursor);
  }

  /** Those that stand now, contradicted ones first, then by control. */
  async standing(
    team: TeamScope,
    { contradicted }: { contradicted?: boolean } = {},
  ): Promise<StandingDecision[]> {
    const { decisions, states, catalogues, clock } = this.deps;
    const { controls } = await catalogues.of(team);
    const now = clock.now().toISOString();
    const valid = [...(await decisions.byControl(team)).values()].filter(
      ({ expiresAt, controlId }) =>
        controls.has(controlId) && (expiresAt === null || expiresAt > now),
    );
    const known = await states.byControl(
      team,
      valid.map(({ controlId }) => controlId),
    );
    const items = valid.map((decision): StandingDecision => {
      const state = known.get(decision.controlId);
      const isContradicted = state?.contradicted ?? false;
      const inputs = isContradicted ? (state?.explanation.inputs ?? []) : [];
      const fails = inputs.filter(({ fail }) => fail > 0);
      // An override to worse is contradicted by passes.
      const against = (fails.length > 0 ? fails : inputs).slice(0, MOST_AGAINST);
      return {
        ...told(decision),
        controlId: decision.controlId,
        title: controls.get(decision.controlId)?.title ?? decision.controlId,
        controlStatus: state?.status ?? 'not_assessed',
        contradicted: isContradicted,
        against: against.map(({ tool, checkId, fail, pass }) => ({ tool, checkId, fail, pass })),
      };
    });
    return items
      .filter((item) => contradicted === undefined || item.contradicted === contradicted)
      .sort(
        (a, b) =>
          Number(b.contradicted) - Number(a.contradicted) || (a.controlId < b.controlId ? -1 : 1),
      );
  }

  async #requireControl(team: TeamScope, controlId: string): Promise<void> {
    if ((await this.deps.catalogues.of(team)).controls.has(controlId)) return;
    throw new NotFoundError(`no such control: ${controlId}`, { controlId });
  }

  async #answerEnd(team: TeamScope, now: Date): Promise<string> {
    const { answerDays } = await this.deps.settings.settings(team);
    return new Date(now.getTime() + answerDays * DAY_MS).toISOString();
  }

  #log(
    actor: Actor,
    controlId: string,
    action: DecisionLogEntry['action'],
    decision: ControlDecision,
  ): Promise<void> {
    const { decisionLog, newId } = this.deps;
    const entry = { ...told(decision), approver: decision.approver ?? null };
    return decisionLog.add(actor, { ...entry, id: newId('decision'), controlId, action });
  }
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}
