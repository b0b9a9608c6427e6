import type { CollectionSpec, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { currentRequirementId, requirementIds } from '../../catalogue/index.js';
import type { Attestation } from './attestation.js';

const attestations: CollectionSpec<Attestation> = {
  name: 'attestations',
  scope: 'team',
  fields: { frameworkId: 'string', requirementId: 'string', expiresAt: 'string' },
  unique: [['frameworkId', 'requirementId']],
  indexes: [['expiresAt']],
};

/** Attestations by the current id of their requirement; rows of earlier releases may have a former one. */
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
    for await (const page of this.of(scope).each({})) found.push(...page.map(withCurrentId));
    return found;
  }

  async get(
    scope: TeamScope,
    frameworkId: string,
    requirementId: string,
  ): Promise<Attestation | null> {
    for (const id of requirementIds(frameworkId, requirementId)) {
      const found = await this.of(scope).get(idOf(scope, frameworkId, id));
      if (found) return withCurrentId(found);
    }
    return null;
  }

  /** The moments at which attestations end, after `from` until `to`, in order. */
  async endsBetween(scope: TeamScope, from: string, to: string): Promise<string[]> {
    const groups = await this.of(scope).groupCount({ expiresAt: { gt: from, lte: to } }, [
      'expiresAt',
    ]);
    return groups.map(({ key }) => String(key[0]));
  }

  /** When the next attestation ends; null: none does. */
  async nextEnd(scope: TeamScope, after: string): Promise<string | null> {
    const next = { sort: ['expiresAt'], limit: 1 };
    const { items } = await this.of(scope).find({ expiresAt: { gt: after } }, next);
    return items[0]?.expiresAt ?? null;
  }

  async frameworks(scope: TeamScope): Promise<string[]> {
    const groups = await this.of(scope).groupCount({}, ['frameworkId']);
    return groups.map(({ key }) => String(key[0])).sort();
  }

  async put(scope: TeamScope, attestation: Omit<Attestation, 'id' | 'teamId'>): Promise<void> {
    const { frameworkId } = attestation;
    const [requirementId, ...former] = requirementIds(frameworkId, attestation.requirementId);
    const id = idOf(scope, frameworkId, requirementId);
    await this.of(scope).putMany([{ ...attestation, requirementId, id, teamId: scope.teamId }]);
    for (const each of former) await this.of(scope).remove(idOf(scope, frameworkId, each));
  }

  async remove(scope: TeamScope, frameworkId: string, requirementId: string): Promise<boolean> {
    let removed = false;
    for (const id of requirementIds(frameworkId, requirementId)) {
      removed = (await this.of(scope).remove(idOf(scope, frameworkId, id))) || removed;
    }
    return removed;
  }
}

function withCurrentId(attestation: Attestation): Attestation {
  const { frameworkId, requirementId } = attestation;
  return { ...attestation, requirementId: currentRequirementId(frameworkId, requirementId) };
}

function idOf({ teamId }: TeamScope, frameworkId: string, requirementId: string): string {
  return `${teamId}:${frameworkId}:${requirementId}`;
}
