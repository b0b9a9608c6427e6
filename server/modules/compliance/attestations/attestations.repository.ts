import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** A person's word for the part of a requirement that no tool can judge. */
export interface Attestation extends TeamDoc {
  frameworkId: string;
  requirementId: string;
  statement: string;
  actor: string;
  at: string;
  expiresAt: string;
}

const attestations: CollectionSpec<Attestation> = {
  name: 'attestations',
  scope: 'team',
  fields: { frameworkId: 'string', requirementId: 'string' },
  unique: [['frameworkId', 'requirementId']],
};

export class AttestationsRepository extends TeamRepository<Attestation> {
  static readonly database = 'assessments';
  static readonly specs = [attestations];
  protected readonly spec = attestations;

  async list(scope: TeamScope): Promise<Attestation[]> {
    const page = await this.of(scope).find({}, { limit: 10_000 });
    return page.items;
  }

  put(scope: TeamScope, attestation: Omit<Attestation, 'id' | 'teamId'>) {
    const { frameworkId, requirementId } = attestation;
    const { teamId } = scope;
    const id = `${teamId}:${frameworkId}:${requirementId}`;
    return this.of(scope).putMany([{ ...attestation, id, teamId }]);
  }

  remove(scope: TeamScope, frameworkId: string, requirementId: string): Promise<boolean> {
    return this.of(scope).remove(`${scope.teamId}:${frameworkId}:${requirementId}`);
  }
}
