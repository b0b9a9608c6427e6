import type { RequirementState } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { requirementAttested } from '../compliance.events.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import type { PostureService } from '../engine/posture.service.js';
import type { AttestationsRepository } from './attestations.repository.js';
import { attestedHash } from './attested-text.rules.js';

const LONGEST_MS = 370 * 24 * 3_600_000;

/** People's word for what no tool can judge. It ends, and it never stands in for a control. */
export class AttestationsService {
  constructor(
    private readonly deps: {
      attestations: AttestationsRepository;
      posture: PostureService;
      engine: Pick<AutonomousComplianceEngine, 'recordScores'>;
      audit: Audit;
      events: Events;
      clock: Clock;
    },
  ) {}

  /** Ids of the frameworks of which something is or was attested. */
  frameworks(team: TeamScope): Promise<string[]> {
    return this.deps.attestations.frameworks(team);
  }

  async attest(
    actor: Actor,
    frameworkId: string,
    requirementId: string,
    { statement, expiresAt }: { statement: string; expiresAt: string },
  ): Promise<RequirementState> {
    const { attestations, engine, audit, events, clock } = this.deps;
    const requirement = await this.#requirement(actor, frameworkId, requirementId);
    if (!requirement.attestationNeeded) {
      throw new ConflictError(
        'the controls of this requirement cover it: there is nothing to attest',
      );
    }
    const now = clock.now();
    const ms = Date.parse(expiresAt) - now.getTime();
    if (ms <= 0 || ms > LONGEST_MS) {
      const message = ms <= 0 ? 'must lie in the future' : 'must lie within 370 days';
      throw new InvalidInputError(`body.expiresAt: ${message}`, {
        errors: [{ path: 'body.expiresAt', message }],
      });
    }
    await attestations.put(actor, {
      frameworkId,
      requirementId,
      statement,
      expiresAt: new Date(expiresAt).toISOString(),
      actor: actor.name,
      at: now.toISOString(),
      attested: attestedHash(requirement),
    });
    await engine.recordScores(actor);
    await audit.record(actor, 'requirement.attested', `${frameworkId}/${requirementId}`, {
      statement,
      expiresAt,
    });
    await events.emit(requirementAttested, { teamId: actor.teamId, frameworkId, requirementId });
    return this.#requirement(actor, frameworkId, requirementId);
  }

  async withdraw(
    actor: Actor,
    frameworkId: string,
    requirementId: string,
  ): Promise<RequirementState> {
    await this.#requirement(actor, frameworkId, requirementId);
    if (!(await this.deps.attestations.remove(actor, frameworkId, requirementId))) {
      throw new NotFoundError('there is no attestation to take back', {
        frameworkId,
        requirementId,
      });
    }
    const { engine, audit, events } = this.deps;
    await engine.recordScores(actor);
    await audit.record(
      actor,
      'requirement.attestation_withdrawn',
      `${frameworkId}/${requirementId}`,
    );
    await events.emit(requirementAttested, { teamId: actor.teamId, frameworkId, requirementId });
    return this.#requirement(actor, frameworkId, requirementId);
  }

  async #requirement(
    actor: Actor,
    frameworkId: string,
    requirementId: string,
  ): Promise<RequirementState> {
    const { requirementStates } = await this.deps.posture.framework(actor, frameworkId);
    const found = requirementStates.find(({ id }) => id === requirementId);
    if (!found) throw new NotFoundError('no such requirement', { frameworkId, requirementId });
    return found;
  }
}
