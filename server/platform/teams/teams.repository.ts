import type { CollectionSpec, Doc } from '../database/collection.js';
import { GlobalRepository } from '../database/repository.js';

export interface Team extends Doc {
  name: string;
  createdAt: string;
  /** Members may nothing before they signed in with a second factor. */
  needsSecondFactor?: boolean;
  /** Its data is being deleted: no new work for it begins. */
  deletion?: { at: string; by: string };
}

const teams: CollectionSpec<Team> = { name: 'teams', scope: 'global', fields: { name: 'string' } };

export class TeamsRepository extends GlobalRepository<Team> {
  static readonly database = 'platform';
  static readonly specs = [teams];
  protected readonly spec = teams;

  get(id: string): Promise<Team | null> {
    return this.all().get(id);
  }

  /** Those whose data is kept. */
  async ids(): Promise<string[]> {
    return (await this.list()).filter(({ deletion }) => !deletion).map(({ id }) => id);
  }

  async list(): Promise<Team[]> {
    const found: Team[] = [];
    for await (const page of this.all().each({})) found.push(...page);
    return found;
  }

  /** Null when there is no such team. */
  change(
    id: string,
    changes: Partial<Pick<Team, 'name' | 'needsSecondFactor' | 'deletion'>>,
  ): Promise<Team | null> {
    return this.all().update(id, { set: changes });
  }

  remove(id: string): Promise<boolean> {
    return this.all().remove(id);
  }

  count(): Promise<number> {
    return this.all().count({});
  }

  /** Creates the team unless it exists. */
  async ensure(team: Team): Promise<void> {
    if (!(await this.get(team.id))) await this.all().putMany([team]);
  }
}
