import { exportAudit, listAudit, verifyAudit } from '../contract/audit.js';
import { getHealth, getMe, getReady } from '../contract/platform.js';
import { version } from './package-root.js';
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
  http.add(getMe, async ({ actor }) => ({
    user: { id: actor.userId, name: actor.name },
    team: (await platform.teams.get(actor.teamId)) ?? { id: actor.teamId, name: 'No team' },
    teams: (await container.find('identity')?.teamsOf(actor.userId)) ?? [],
    needsSecondFactor: actor.needsSecondFactor ?? false,
    permissions: [...actor.permissions],
    key: await container.find('identity')?.apiKeys.ofRequest(actor),
    modules: container.health,
  }));
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
    };
  });
}

/** The database of teams, leases and the audit trail, and that of the queue unless it is in Redis. */
function neededByAll({ config }: Platform): DatabaseKey[] {
  return config.redisUrl ? ['platform'] : ['platform', JobsRepository.database];
}
