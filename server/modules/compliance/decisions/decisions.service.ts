import type { z } from 'zod';
import type { ControlDecision, decideControl } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import type { EngineSettingsService } from '../scoping/engine-settings.service.js';
import type { DecisionRecords } from './decision-records.js';
import { isExpired, replacedBy, withoutStorage } from './decisions.rules.js';

export interface DecisionsDeps {
  catalogues: TeamCatalogues;
  records: DecisionRecords;
  engine: Pick<AutonomousComplianceEngine, 'reconsider'>;
  settings: Pick<EngineSettingsService, 'settings'>;
  audit: Audit;
  clock: Clock;
}

type NewDecision = z.output<NonNullable<typeof decideControl.body>>;

const DAY_MS = 86_400_000;
/** As for attestations: a year, plus some days to renew it. */
const MAX_ANSWER_MS = 370 * DAY_MS;

/** Decisions of people about controls. Each is logged and audited. */
export class DecisionsService {
  constructor(private readonly deps: DecisionsDeps) {}

  async decide(actor: Actor, controlId: string, input: NewDecision): Promise<void> {
    const { records, engine, audit, clock } = this.deps;
    await this.#requireControl(actor, controlId);
    const now = clock.now();
    const at = now.toISOString();
    const end = input.expiresAt ? new Date(input.expiresAt).toISOString() : null;
    if (end !== null && end <= at) {
      throw invalid('body.expiresAt', 'must be in the future');
    }
    if (
      input.kind === 'answer' &&
      end !== null &&
      Date.parse(end) - now.getTime() > MAX_ANSWER_MS
    ) {
      throw invalid(
        'body.expiresAt',
        'an answer must end within 370 days; then it must be renewed',
      );
    }
    const isNotApplicable = input.kind === 'not_applicable';
    if (isNotApplicable && [actor.name, actor.userId].some((own) => isSame(input.approver, own))) {
      throw invalid('body.approver', 'must be a second person');
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
    const before = await records.get(actor, controlId);
    if (before?.expiresAt && before.expiresAt <= at) await records.logExpired(actor, before);
    const replaced = replacedBy(decision, before);
    await records.put(actor, { ...decision, replaced }, controlId);
    await records.log(actor, controlId, 'decided', decision);
    await audit.record(actor, `control.${kind}`, controlId, { ...input, justification });
    await engine.reconsider(actor, [controlId]);
  }

  async withdraw(actor: Actor, controlId: string): Promise<void> {
    const { records, engine, audit, clock } = this.deps;
    await this.#requireControl(actor, controlId);
    const decision = await records.get(actor, controlId);
    if (!decision || !(await records.remove(actor, controlId))) {
      throw new NotFoundError('there is no decision to withdraw', { controlId });
    }
    const at = clock.now().toISOString();
    // An expired one is in the log already, or will be soon.
    if (isExpired(decision, at)) await records.logExpired(actor, decision);
    else await records.log(actor, controlId, 'withdrawn', { ...decision, actor: actor.name, at });
    await audit.record(actor, 'control.decision_withdrawn', controlId);
    await engine.reconsider(actor, [controlId]);
  }

  /** The decision in force; null for none, or for one that has expired. */
  async inForce(team: TeamScope, controlId: string): Promise<ControlDecision | null> {
    const { records, clock } = this.deps;
    const decision = await records.get(team, controlId);
    if (!decision || isExpired(decision, clock.now().toISOString())) return null;
    return withoutStorage(decision);
  }

  async #requireControl(team: TeamScope, controlId: string): Promise<void> {
    if ((await this.deps.catalogues.of(team)).controls.has(controlId)) return;
    throw new NotFoundError(`no such control: ${controlId}`, { controlId });
  }

  async #answerEnd(team: TeamScope, now: Date): Promise<string> {
    const { answerDays } = await this.deps.settings.settings(team);
    return new Date(now.getTime() + answerDays * DAY_MS).toISOString();
  }
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}
