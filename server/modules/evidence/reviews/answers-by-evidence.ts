import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError } from '../../../platform/errors.js';
import type { Compliance } from '../../compliance/index.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import { type EvidenceItemsRepository, rejectRace } from '../items/evidence-items.repository.js';

export interface NewAnswers {
  statement: string;
  controls: readonly { controlId: string; status: 'implemented' | 'partial' }[];
}

/** Answers based on evidence: they cite it, expire with it, and are withdrawn when it no longer supports them. */
export class AnswersByEvidence {
  constructor(
    private readonly deps: {
      items: EvidenceItemsRepository;
      compliance: Pick<Compliance, 'controls' | 'decisions'>;
    },
  ) {}

  /** An override or “not applicable” takes precedence over answers: throws ConflictError naming those in force. */
  async check(team: TeamScope, { controls }: NewAnswers, now: string): Promise<void> {
    const ids = controls.map(({ controlId }) => controlId);
    const decided = await this.deps.compliance.decisions.byControl(team, ids);
    const blocking = [...decided.values()].filter(
      ({ kind, expiresAt }) => kind !== 'answer' && (expiresAt === null || expiresAt > now),
    );
    if (blocking.length === 0) return;
    const named = blocking
      .map(({ controlId, kind, actor }) => `${controlId} (${kind.replaceAll('_', ' ')}, ${actor})`)
      .join(', ');
    throw new ConflictError(
      `a decision that takes precedence over answers is in force for ${named}; withdraw it first, or approve without an answer`,
    );
  }

  async give(actor: Actor, item: StoredEvidence, given: NewAnswers, at: string) {
    const { items, compliance } = this.deps;
    const answers = given.controls.map((one) => ({ ...one, at }));
    // Before the decisions, so that every answer can be found and withdrawn.
    // Null: it was rejected or removed since the read, so no answer may cite it.
    if (!(await items.change(item, { answers }))) rejectRace();
    for (const { controlId, status } of given.controls) {
      await compliance.controls.decide(actor, controlId, {
        kind: 'answer',
        status,
        justification: `${given.statement} (${mark(item.id)} revision ${item.revision}: ${item.title})`,
        expiresAt: item.expiresAt,
      });
    }
  }

  /** Withdraws answers whose evidence no longer supports them, left by a process that died. */
  async settle({ teamId }: TeamScope): Promise<void> {
    const system = { teamId, userId: 'system', name: 'OffloadSecurity', permissions: [] };
    const state = { in: ['pending_review', 'rejected'] };
    const filter = { or: [{ state }, { deletedAt: { exists: true } }] };
    for (const item of await this.deps.items.all(system, filter)) await this.withdraw(system, item);
  }

  /** Withdraws the answers that still cite this item. A decision that a person made since stays. */
  async withdraw(actor: Actor, item: StoredEvidence): Promise<void> {
    if (item.answers.length === 0) return;
    const { items, compliance } = this.deps;
    const ids = item.answers.map(({ controlId }) => controlId);
    const decided = await compliance.decisions.byControl(actor, ids);
    for (const [controlId, { kind, justification }] of decided) {
      if (kind !== 'answer' || !justification.includes(mark(item.id))) continue;
      await compliance.controls.withdraw(actor, controlId);
    }
    const current = await items.get(actor, item.id);
    if (current) await items.change(current, { answers: [] });
  }
}

export function mark(evidenceId: string): string {
  return `evidence ${evidenceId}`;
}
