import type { TeamContents } from '../../../../contract/teams.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, DEFAULT_TEAM, INSTALLATION } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from '../../../platform/errors.js';
import type { LeasesRepository } from '../../../platform/leases/leases.repository.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { TeamData } from '../../../platform/teams/team-data.js';
import type { Team, TeamsRepository } from '../../../platform/teams/teams.repository.js';
import type { SessionsRepository } from '../sessions/sessions.repository.js';
import type { MembershipsRepository } from './memberships.repository.js';
import { requestDeletion } from './team-deletion.jobs.js';

export interface TeamDeletionDeps {
  teams: TeamsRepository;
  data: TeamData;
  queue: JobQueue;
  /** What belongs to a team outside its own collections. */
  others: {
    memberships: MembershipsRepository;
    sessions: SessionsRepository;
    scheduler: Pick<UnifiedLifecycleScheduler, 'removeTeam'>;
    leases: LeasesRepository;
  };
  log: { audit: Audit; clock: Clock };
  /** The modules that this process does not run, whose data it does not know. */
  missing: () => readonly string[];
}

/** Deletes a team with everything it has. Marked first, so that whichever process is left continues. */
export class TeamDeletionService {
  constructor(private readonly deps: TeamDeletionDeps) {}

  /** What would be deleted. */
  async preview(teamId: string): Promise<TeamContents> {
    const team = await this.#found(teamId);
    const [counts, members] = await Promise.all([
      this.deps.data.count({ teamId }),
      this.deps.others.memberships.ofTeam(teamId),
    ]);
    return { id: teamId, name: team.name, members: members.length, counts };
  }

  /** Takes the team from its members, and leaves its data to a job. `name`: of the team, as a confirmation. */
  async start(actor: Actor, teamId: string, name: string): Promise<void> {
    await this.begin(actor, teamId, name);
    await requestDeletion(this.deps.queue, teamId);
  }

  /** Marks the team; nobody works in it from now on. Throws ConflictError for one that stays. */
  async begin(actor: Pick<Actor, 'userId'>, teamId: string, name: string): Promise<void> {
    const { teams, log } = this.deps;
    const team = await this.#found(teamId);
    if (name !== team.name) {
      const message = 'is not the name of the team';
      const errors = [{ path: 'body.name', message }];
      throw new InvalidInputError(`body.name: ${message}`, { errors });
    }
    if (teamId === DEFAULT_TEAM.id) {
      throw new ConflictError('the first team stays: commands on the server’s machine work in it');
    }
    if ((await teams.ids()).every((id) => id === teamId)) {
      throw new ConflictError('this is the last team: create another one first');
    }
    this.#requireAll();
    if (team.deletion) return;
    const { counts, members } = await this.preview(teamId);
    const at = log.clock.now().toISOString();
    await teams.change(teamId, { deletion: { at, by: actor.userId } });
    const details = { name: team.name, members, counts: Object.fromEntries(counts.map(named)) };
    const by = { ...INSTALLATION, userId: actor.userId };
    await log.audit.record(by, 'team.deletion_started', teamId, details);
    await this.#lockOut(teamId);
  }

  /** Deletes the data of a marked team. Called again, it continues. */
  async run(teamId: string): Promise<void> {
    const { teams, data, queue, others, log } = this.deps;
    const team = await teams.get(teamId);
    if (!team?.deletion) return;
    this.#requireAll();
    await this.#lockOut(teamId);
    // Schedules first: they enqueue jobs. Running scans end with their jobs.
    await others.scheduler.removeTeam(teamId);
    await queue.removeTeam(teamId);
    await data.remove({ teamId });
    await others.leases.removeTeam(teamId);
    await this.#lockOut(teamId);
    const by = { ...INSTALLATION, userId: team.deletion.by };
    await log.audit.record(by, 'team.deleted', teamId, { name: team.name });
    await teams.remove(teamId);
  }

  async #lockOut(teamId: TeamScope['teamId']): Promise<void> {
    await this.deps.others.memberships.removeOfTeam(teamId);
    await this.deps.others.sessions.leaveTeam(teamId);
  }

  async #found(teamId: string): Promise<Team> {
    const team = await this.deps.teams.get(teamId);
    if (!team) throw new NotFoundError('no such team', { teamId });
    return team;
  }

  /** A module that is away would keep its part of the team. */
  #requireAll(): void {
    const missing = this.deps.missing();
    if (missing.length === 0) return;
    throw new UnavailableError(
      `deleting a team needs every module; missing: ${missing.join(', ')}`,
    );
  }
}

const named = ({ kind, count }: { kind: string; count: number }): [string, number] => [kind, count];
