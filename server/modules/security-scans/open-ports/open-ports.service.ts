import { createHash } from 'node:crypto';
import type { HostPorts } from '../../../../contract/open-ports.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import type { ReportSurvey } from '../imports/report-survey.js';
import type { OpenPortsRepository, StoredHostPorts } from './open-ports.repository.js';
import type { PortSurvey } from './port-survey.js';

export interface SurveyedPorts {
  importId: string;
  scanId: string | null;
  now: string;
  survey: Pick<ReportSurvey, 'places' | 'lookedAt' | 'showsAt'>;
  ports: PortSurvey;
}

type Shows = ReturnType<ReportSurvey['showsAt']>;

/** The open ports of hosts: of each report, and as known now. */
export class OpenPortsService {
  constructor(private readonly deps: { openPorts: OpenPortsRepository }) {}

  async list(
    scope: TeamScope,
    filter: { scanId?: string; importId?: string; hosts?: readonly string[] },
    limit: number,
    cursor?: string,
  ): Promise<Page<HostPorts>> {
    const { scanId, importId } = filter;
    const page = await this.deps.openPorts.page(scope, filter, limit, cursor);
    const isOfReport = scanId !== undefined || importId !== undefined;
    return { ...page, items: page.items.map((stored) => shown(stored, isOfReport)) };
  }

  /** Stores what a report saw of each host; the caller holds the lease of the team's results. Idempotent. */
  async store(team: TeamScope, report: SurveyedPorts): Promise<void> {
    const { openPorts } = this.deps;
    const { survey, ports } = report;
    const places = survey.places.filter(({ provider }) => provider === 'network');
    if (places.length === 0) return;
    const known = await openPorts.newestOf(
      team,
      places.map(({ accountId }) => accountId),
    );
    const fresh: StoredHostPorts[] = [];
    for (const place of places) {
      const host = place.accountId;
      const seen = ports.hosts.get(host);
      const before = known.get(host);
      if (!seen && !before) continue;
      const at = survey.lookedAt(place) ?? report.now;
      fresh.push(
        hostAfter(team, { ...report, host, at, seen, before, shows: survey.showsAt(place) }),
      );
    }
    await openPorts.put(team, fresh);
  }

  /** An undone import saw nothing. */
  forget(team: TeamScope, importId: string): Promise<void> {
    return this.deps.openPorts.removeImport(team, importId);
  }
}

interface HostSeen extends Pick<SurveyedPorts, 'importId' | 'scanId'> {
  host: string;
  at: string;
  seen: ReturnType<PortSurvey['hosts']['get']>;
  before: StoredHostPorts | undefined;
  shows: Shows;
}

/** A port that the report would not have shown is still known from before; an older report changes nothing known. */
function hostAfter({ teamId }: TeamScope, given: HostSeen): StoredHostPorts {
  const { importId, scanId, host, at, seen, before, shows } = given;
  const newest = !before || before.importId === importId || before.seenAt <= at;
  const now = [...(seen?.ports.values() ?? [])].map((port) => ({ ...port, seenAt: at, importId }));
  const kept = (newest && before ? before.ports : []).filter((port) => {
    const subObject = `${port.protocol}/${port.port}`;
    if (seen?.ports.has(subObject) || port.importId === importId) return false;
    return !shows?.({ checkId: 'open_port', subObject });
  });
  const id = createHash('sha256').update(`${teamId}\n${importId}\n${host}`).digest('hex');
  return {
    ...{ id: `ports_${id.slice(0, 32)}`, teamId, importId, scanId, host, seenAt: at, newest },
    ports: [...now, ...kept].sort((a, b) => a.port - b.port),
    isCut: seen?.isCut ?? false,
  };
}

/** For one report, only what it saw itself. */
function shown(stored: StoredHostPorts, isOfReport: boolean): HostPorts {
  const { host, importId, scanId, seenAt, isCut } = stored;
  const ports = stored.ports.filter((port) => !isOfReport || port.importId === importId);
  return {
    ...{ host, importId, scanId, seenAt, isCut },
    ports: ports.map(({ importId: _, ...port }) => port),
  };
}
