import type { CollectionSpec, TeamDoc, TeamScope } from '../database/collection.js';
import { type RetentionRule, TeamRepository } from '../database/repository.js';

/** A request with an `Idempotency-Key`, and its answer. */
export interface IdempotentRequest extends TeamDoc {
  /** SHA-256 of caller, endpoint and key. */
  id: string;
  state: 'running' | 'done';
  /** SHA-256 of what was sent; null while an upload is being read. */
  inputHash: string | null;
  /** Secrets masked; null while it runs. */
  result: unknown;
  expiresAt: string;
}

const requests: CollectionSpec<IdempotentRequest> = {
  name: 'idempotent_requests',
  scope: 'team',
  fields: { state: 'string', expiresAt: 'string' },
  acrossTeams: [['expiresAt']],
};

export class IdempotentRequestsRepository extends TeamRepository<IdempotentRequest> {
  static readonly database = 'platform';
  static readonly specs = [requests];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'idempotent_requests', field: 'expiresAt' },
  ];
  protected readonly spec = requests;

  get(scope: TeamScope, id: string): Promise<IdempotentRequest | null> {
    return this.of(scope).get(id);
  }

  /** Throws ConflictError when the id exists. */
  add(request: IdempotentRequest): Promise<void> {
    return this.of(request).insert(request);
  }

  async finish(scope: TeamScope, id: string, inputHash: string, result: unknown): Promise<void> {
    await this.of(scope).update(id, { set: { state: 'done', inputHash, result } });
  }

  async remove(scope: TeamScope, id: string): Promise<void> {
    await this.of(scope).remove(id);
  }

  /** True for exactly one caller. */
  async removeExpired(scope: TeamScope, id: string, now: string): Promise<boolean> {
    return (await this.of(scope).removeMany({ id, expiresAt: { lte: now } })) > 0;
  }
}
