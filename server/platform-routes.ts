import { exportAudit, listAudit, verifyAudit } from '../contract/audit.js';
import { getHealth, getMe, getReady, type Me } from '../contract/platform.js';
import { frameworkOfTeam } from './framework-of-team.js';
import type { MemberChanges } from './modules/identity/index.js';
import { version } from './package-root.js';
import type { Actor } from './platform/auth/actor.js';
import { storageProblems } from './platform/data-folder/storage-problems.js';
import type { DatabaseKey } from './platform/database/names.js';
import { UnavailableError } from './platform/errors.js';
import type { HttpApi } from './platform/http/http-api.js';
import type { Platform } from './platform/platform.js';
import { JobsRepository } from './platform/queue/jobs.repository.js';
import type { ServiceContainer } from './service-container.js';

/** Health, readiness and the caller: routes of the process rather than of a module. */
export function addPlatformRoutes(
  http: HttpApi,
  platform: Platform,
  container: ServiceContainer,
  isStopping: () => boolean,
): void {
  http.add(getHealth, async () => {
    const [databases, files, clock, problems, queueProblem] = await Promise.all([
      platform.databases.ping(),
      platform.blobViews.health(),
      platform.clockWatch.health(),
      storageProblems(platform.config, container.scanning.vault),
      container.scanning.queue.problem(),
    ]);
    const tools = container.scanning.runner.lastTools;
    const isWell =
      container.health.every(({ status }) => status === 'available') &&
      databases.every(({ ok }) => ok) &&
      files.ok &&
      queueProblem === null &&
      clock.ok &&
      problems.length === 0 &&
      (tools ?? []).every(({ available }) => available);
    return {
      status: isWell ? ('ok' as const) : ('degraded' as const),
      version,
      uptimeSeconds: Math.round(process.uptime()),
      modules: container.health,
      databases,
      files,
      queue: {
        backend: platform.config.redisUrl ? ('redis' as const) : ('database' as const),
        ok: queueProblem === null,
        problem: queueProblem,
      },
      clock,
      storage: { ok: problems.length === 0, problems },
      tools: tools && [...tools],
    };
  });
  http.add(getReady, async () => {
    if (isStopping()) throw new UnavailableError('the server is stopping');
    const down = (await platform.databases.ping(neededByAll(platform))).filter(({ ok }) => !ok);
    if (down.length > 0) {
      const names = down.map(({ name, problem }) => `${name} (${problem})`).join(', ');
      throw new UnavailableError(`not ready: these databases do not respond: ${names}`);
    }
    return { ready: true as const };
  });
  http.add(getMe, async ({ actor }) => {
    const profile = await container.find('identity')?.profileOf(actor);
    return {
      user: { id: actor.userId, name: actor.name, email: profile?.email ?? null },
      team: (await platform.teams.get(actor.teamId)) ?? { id: actor.teamId, name: 'No team' },
      membership: await shownMembership(container, actor, profile?.membership ?? null),
      teams: profile?.teams ?? [],
      needsSecondFactor: actor.needsSecondFactor ?? false,
      permissions: [...actor.permissions],
      key: await container.find('identity')?.apiKeys.ofRequest(actor),
      modules: container.health,
    };
  });
  const { audit } = platform;
  http.add(listAudit, ({ actor, query: { limit, cursor, ...filter } }) =>
    audit.page(actor, filter, limit, cursor),
  );
  http.add(verifyAudit, ({ actor }) => audit.verify(actor));
  http.addDownload(exportAudit, async ({ actor, query }) => {
    await audit.record(actor, 'audit.exported', actor.teamId, query);
    return {
      fileName: 'audit-trail.jsonl',
      contentType: 'application/x-ndjson',
      content: audit.lines(actor, query),
      isRecorded: true,
    };
  });
}

/** A membership with the name of the framework that an auditor is limited to. */
async function shownMembership(
  container: ServiceContainer,
  actor: Actor,
  membership: MemberChanges | null,
): Promise<Me['membership']> {
  if (!membership) return null;
  const { role, until, reach } = membership;
  if (!reach) return { role, until, reach: null };
  const { name } = await frameworkOfTeam(container, actor, reach.frameworkId);
  return { role, until, reach: { ...reach, frameworkName: name } };
}

/** The database of teams, leases and the audit trail, and that of the queue unless it is in Redis. */
function neededByAll({ config }: Platform): DatabaseKey[] {
  return config.redisUrl ? ['platform'] : ['platform', JobsRepository.database];
}
