import type { CollectionSpec, TeamDoc, TeamScope } from '../database/collection.js';
import { TeamRepository } from '../database/repository.js';

/** One action of one actor on one subject. */
export interface AuditEntry extends TeamDoc {
  at: string;
  actor: string;
  /** `<kind>.<past verb>`: `finding.suppressed`. */
  action: string;
  subject: string;
  details: Record<string, unknown>;
}

const audit: CollectionSpec<AuditEntry> = {
  name: 'audit',
  scope: 'team',
  fields: { at: 'string', action: 'string', subject: 'string' },
  indexes: [['-at'], ['subject', '-at']],
};

export class AuditRepository extends TeamRepository<AuditEntry> {
  static readonly database = 'platform';
  static readonly specs = [audit];
  protected readonly spec = audit;

  add(scope: TeamScope, entry: AuditEntry) {
    return this.of(scope).insert(entry);
  }

  async about(scope: TeamScope, subject: string): Promise<AuditEntry[]> {
    const page = await this.of(scope).find({ subject }, { sort: ['-at'], limit: 100 });
    return page.items;
  }
}
