import type { RequirementState } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import type { Limit } from '../../catalogue/index.js';
import { currentRequirementId } from '../../catalogue/index.js';
import { requirementAttested } from '../compliance.events.js';
import { merged } from '../decisions/decisions.rules.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import type { PostureService } from '../posture/posture.service.js';
import type { Attestation, GivenAttestation, KeptAttestation } from './attestation.js';
import type { AttestationsRepository } from './attestations.repository.js';
import { attestedHash } from './attested-text.rules.js';

type Statement = Pick<Attestation, 'statement' | 'expiresAt' | 'answer' | 'unsupported' | 'values'>;

const MAX_MS = 370 * 24 * 3_600_000;
const MAX_REPLACED = 20;

/** Attestations by people of requirements that no tool can evaluate. They expire, and never replace a control. */
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

  /** Ids of the frameworks with current or past attestations. */
  frameworks(team: TeamScope): Promise<string[]> {
    return this.deps.attestations.frameworks(team);
  }

  async attest(
    actor: Actor,
    frameworkId: string,
    anyId: string,
    { statement, expiresAt, ...stated }: Statement,
  ): Promise<RequirementState> {
    const { attestations, engine, audit, events, clock } = this.deps;
    const requirement = await this.#requirement(actor, frameworkId, anyId);
    const requirementId = requirement.id;
    if (requirement.counted === false) {
      throw new ConflictError('this requirement is not an obligation of the team');
    }
    requireKnownNumbers(requirement, stated.values);
    if (!requirement.attestationNeeded && !requirement.numbers && !stated.answer) {
      throw new ConflictError(
        'the controls of this requirement cover it: there is nothing to attest',
      );
    }
    const now = clock.now();
    const ms = Date.parse(expiresAt) - now.getTime();
    if (ms <= 0 || ms > MAX_MS) {
      const message = ms <= 0 ? 'must be in the future' : 'must be within 370 days';
      throw new InvalidInputError(`body.expiresAt: ${message}`, {
        errors: [{ path: 'body.expiresAt', message }],
      });
    }
    const at = now.toISOString();
    const before = await attestations.get(actor, frameworkId, requirementId);
    await attestations.put(actor, {
      ...{ frameworkId, requirementId, statement, at },
      ...stated,
      expiresAt: new Date(expiresAt).toISOString(),
      actor: actor.name,
      attested: attestedHash({ ...requirement, parameter: limitsOf(requirement) }),
      replaced: replacedAttestations(before, at),
    });
    await engine.recordScores(actor);
    await audit.record(actor, 'requirement.attested', `${frameworkId}/${requirementId}`, {
      statement,
      expiresAt,
      ...stated,
    });
    await events.emit(requirementAttested, { teamId: actor.teamId, frameworkId, requirementId });
    return this.#requirement(actor, frameworkId, requirementId);
  }

  async withdraw(actor: Actor, frameworkId: string, anyId: string): Promise<RequirementState> {
    const { id: requirementId } = await this.#requirement(actor, frameworkId, anyId);
    if (!(await this.deps.attestations.remove(actor, frameworkId, requirementId))) {
      throw new NotFoundError('there is no attestation to withdraw', {
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

  /** Attestations that have not expired, even if the requirement has changed since. */
  async unexpired(team: TeamScope): Promise<KeptAttestation[]> {
    const now = this.deps.clock.now().toISOString();
    const all = await this.deps.attestations.kept(team);
    return all.filter(({ expiresAt }) => expiresAt > now);
  }

  /**
   * Withdraws the attestation given at that moment, if it still exists. The newest one that it replaced counts
   * again unchanged, if it has not expired and `isMeant` accepts it.
   */
  async takeBack(
    actor: Actor,
    {
      frameworkId,
      requirementId,
      at,
    }: Pick<GivenAttestation, 'frameworkId' | 'requirementId' | 'at'>,
    isMeant: (attestation: GivenAttestation) => boolean,
  ): Promise<void> {
    const { attestations, engine, audit, clock } = this.deps;
    const current = await attestations.get(actor, frameworkId, requirementId);
    if (current?.at !== at) return;
    const now = clock.now().toISOString();
    const replaced = current.replaced ?? [];
    const place = replaced.findIndex((each) => each.expiresAt > now && isMeant(each));
    const next = replaced[place];
    if (next) await attestations.put(actor, { ...next, replaced: replaced.slice(place + 1) });
    else await attestations.remove(actor, frameworkId, requirementId);
    await engine.recordScores(actor);
    const subject = `${frameworkId}/${requirementId}`;
    const details = next ? { restored: next.at } : {};
    await audit.record(actor, 'requirement.attestation_withdrawn', subject, details);
    await this.#announce(actor, current);
  }

  /** False when it has expired, or when there is a newer one. */
  async restore(actor: Actor, attestation: KeptAttestation): Promise<boolean> {
    const { attestations, engine, audit, clock } = this.deps;
    const { frameworkId, requirementId, expiresAt, at } = attestation;
    const now = clock.now().toISOString();
    if (expiresAt <= now) return false;
    const current = await attestations.get(actor, frameworkId, requirementId);
    const older = attestation.replaced ?? [];
    if (current && current.expiresAt > now && current.at >= at) {
      // Below the newer one: it counts again when that one is withdrawn.
      const own = current.at === at ? older : [withoutReplaced(attestation), ...older];
      const kept = { ...withoutReplaced(current), replaced: merged(current.replaced ?? [], own) };
      await attestations.put(actor, kept);
      return false;
    }
    const replaced = merged(older, replacedAttestations(current, now));
    await attestations.put(actor, { ...withoutReplaced(attestation), replaced });
    await engine.recordScores(actor);
    const subject = `${frameworkId}/${requirementId}`;
    await audit.record(actor, 'requirement.attestation_restored', subject, { attestedAt: at });
    await this.#announce(actor, attestation);
    return true;
  }

  #announce(
    { teamId }: Actor,
    { frameworkId, requirementId }: Pick<GivenAttestation, 'frameworkId' | 'requirementId'>,
  ): Promise<void> {
    return this.deps.events.emit(requirementAttested, { teamId, frameworkId, requirementId });
  }

  async #requirement(
    actor: Actor,
    frameworkId: string,
    requirementId: string,
  ): Promise<RequirementState> {
    const { requirementStates } = await this.deps.posture.framework(actor, frameworkId);
    const current = currentRequirementId(frameworkId, requirementId);
    const found = requirementStates.find(({ id }) => id === current);
    if (!found) throw new NotFoundError('no such requirement', { frameworkId, requirementId });
    return found;
  }
}

function withoutReplaced(attestation: GivenAttestation): GivenAttestation {
  const { frameworkId, requirementId, statement, actor, at, expiresAt } = attestation;
  const { attested, answer, unsupported, values } = attestation;
  return {
    ...{ frameworkId, requirementId, statement, actor, at, expiresAt },
    ...(attested === undefined ? {} : { attested }),
    ...(answer ? { answer } : {}),
    ...(unsupported ? { unsupported } : {}),
    ...(values ? { values } : {}),
  };
}

function limitsOf({ numbers = [] }: RequirementState): Record<string, Limit> {
  return Object.fromEntries(
    numbers.flatMap(({ parameter, min, max }): [string, Limit][] => {
      if (min !== undefined) return [[parameter, { min }]];
      return max === undefined ? [] : [[parameter, { max }]];
    }),
  );
}

function requireKnownNumbers(
  { numbers = [] }: RequirementState,
  values: Statement['values'] = {},
): void {
  const asked = new Set(numbers.map(({ parameter }) => parameter));
  const unknown = Object.keys(values).find((name) => !asked.has(name));
  if (unknown === undefined) return;
  const message = 'the requirement does not ask for this number';
  const errors = [{ path: `body.values.${unknown}`, message }];
  throw new InvalidInputError(`body.values.${unknown}: ${message}`, { errors });
}

/** The attestations below a new one, newest first. */
function replacedAttestations(before: Attestation | null, now: string): GivenAttestation[] {
  if (!before || before.expiresAt <= now) return [];
  return [withoutReplaced(before), ...(before.replaced ?? [])].slice(0, MAX_REPLACED);
}
