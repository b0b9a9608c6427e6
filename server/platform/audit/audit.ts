import type { Clock, NewId } from '../clock.js';
import type { AuditEntry, AuditRepository } from './audit.repository.js';

export interface AuditDeps {
  entries: AuditRepository;
  clock: Clock;
  newId: NewId;
}

/** The audit trail: every write by an actor adds an entry; entries are never changed or deleted. */
export class Audit {
  constructor(private readonly deps: AuditDeps) {}

  async record(
    actor: { teamId: string; userId: string },
    action: string,
    subject: string,
    details: AuditEntry['details'] = {},
  ): Promise<void> {
    const { entries, clock, newId } = this.deps;
    await entries.add(actor, {
      id: newId('audit'),
      teamId: actor.teamId,
      at: clock.now().toISOString(),
      actor: actor.userId,
      action,
      subject,
      details,
    });
  }

  /** Actions on a subject, newest first, at most 100. */
  about(scope: { teamId: string }, subject: string): Promise<AuditEntry[]> {
    return this.deps.entries.about(scope, subject);
  }
}
