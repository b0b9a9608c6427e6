import type { CollectionSpec, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Attestation } from './attestation.js';

const attestations: CollectionSpec<Attestation> = {
  name: 'attestations',
  scope: 'team',
  fields: { frameworkId: 'string', requirementId: 'string', expiresAt: 'string' },
  unique: [['frameworkId', 'requirementId']],
  indexes: [['expiresAt']],
};

export class AttestationsRepository extends TeamRepository<Attestation> {
  static readonly database = 'assessments';
  static readonly specs = [attestations];
  protected readonly spec = attestations;

  async list(scope: TeamScope): Promise<Attestation[]> {
    return (await this.kept(scope)).map(({ replaced: _, ...each }) => each);
  }

  /** All attestations, with the ones that they replaced. */
  async kept(scope: TeamScope): Promise<Attestation[]> {
    const found: Attestation[] = [];
    for await (const page of this.of(scope).each({})) found.push(...page);
    return found;
  }

  get(scope: TeamScope, frameworkId: string, requirementId: string): Promise<Attestation | null> {
    return this.of(scope).get(idOf(scope, frameworkId, requirementId));
  }

  /** The moments at which attestations end, after `from` until `to`, in order. */
  async endsBetween(scope: TeamScope, from: string, to: string): Promise<string[]> {
    const groups = await this.of(scope).groupCount({ expiresAt: { gt: from, lte: to } }, [
      'expiresAt',
    ]);
    return groups.map(({ key }) => String(key[0]));
  }

  async frameworks(scope: TeamScope): Promise<string[]> {
    const groups = await this.of(scope).groupCount({}, ['frameworkId']);
    return groups.map(({ key }) => String(key[0])).sort();
  }

  put(scope: TeamScope, attestation: Omit<Attestation, 'id' | 'teamId'>) {
    const { frameworkId, requirementId } = attestation;
    const { teamId } = scope;
    const id = idOf(scope, frameworkId, requirementId);
    return this.of(scope).putMany([{ ...attestation, id, teamId }]);
  }

  remove(scope: TeamScope, frameworkId: string, requirementId: string): Promise<boolean> {
    return this.of(scope).remove(idOf(scope, frameworkId, requirementId));
  }
}

function idOf({ teamId }: TeamScope, frameworkId: string, requirementId: string): string {
  return `${teamId}:${frameworkId}:${requirementId}`;
}
