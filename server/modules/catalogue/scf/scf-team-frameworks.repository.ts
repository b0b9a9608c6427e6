import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** The SCF frameworks that a team activated, by their stable names. */
interface TeamFrameworks extends TeamDoc {
  slugs: string[];
}

const chosen: CollectionSpec<TeamFrameworks> = {
  name: 'scf_team_frameworks',
  scope: 'team',
  fields: { slugs: 'string[]' },
};

export class ScfTeamFrameworksRepository extends TeamRepository<TeamFrameworks> {
  static readonly database = 'assessments';
  static readonly specs = [chosen];
  protected readonly spec = chosen;

  async slugs(team: TeamScope): Promise<string[]> {
    return [...((await this.of(team).get(team.teamId))?.slugs ?? [])].sort();
  }

  /** In one step, so that concurrent choices do not undo each other. */
  async choose({ teamId }: TeamScope, slug: string, active: boolean): Promise<void> {
    const collection = this.of({ teamId });
    const changes = active ? { addToSet: { slugs: [slug] } } : { pull: { slugs: [slug] } };
    if ((await collection.update(teamId, changes)) || !active) return;
    await collection.insert({ id: teamId, teamId, slugs: [slug] }).catch(async (error) => {
      if (!(await collection.update(teamId, changes))) throw error;
    });
  }

  /** The teams that chose any. */
  async teams(): Promise<string[]> {
    const found: string[] = [];
    for await (const page of this.acrossTeams().each({})) {
      found.push(...page.filter(({ slugs }) => slugs.length > 0).map(({ teamId }) => teamId));
    }
    return found;
  }
}
