import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import { Turns } from '../../../platform/turns.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { CheckEvidence } from '../../security-scans/index.js';
import { edgesOf, type TeamEdges } from '../reviews/team-edges.js';
import {
  type CheckMatches,
  type CheckMatchesRepository,
  matchesId,
} from './check-matches.repository.js';
import { providersOf, strongest } from './check-matches.rules.js';
import type { TeamMatchers } from './team-matchers.js';

/** Matches the checks of teams to controls, and stores the matches. */
export class CheckMatchingService {
  constructor(
    private readonly deps: {
      catalogues: TeamCatalogues;
      matchers: TeamMatchers;
      teamEdges: TeamEdges;
      matches: CheckMatchesRepository;
    },
  ) {}

  /** Changes when a rule or a topic does. */
  get version(): string {
    return this.deps.matchers.version;
  }

  /** Whether a rule needs this check to pass beside others. */
  isNeeded(checkId: string): boolean {
    return this.deps.matchers.isNeeded(checkId);
  }

  /** Changes after every mapping review; null while a write is in progress. */
  reviewsVersion(team: TeamScope): Promise<number | null> {
    return this.deps.teamEdges.version(team);
  }

  /** Matches the checks and stores what differs from `before`. */
  async match(
    { team, lease }: { team: TeamScope; lease: Pick<Lease, 'check'> },
    checks: CheckEvidence['checks'],
    before: readonly CheckMatches[],
  ): Promise<CheckMatches[]> {
    const { catalogues, matchers, matches, teamEdges } = this.deps;
    const [library, edges] = await Promise.all([catalogues.all(team), teamEdges.of(team)]);
    const matcher = matchers.for(library);
    const hasControl = (controlId: string) => library.controls.has(controlId);
    const known = new Map(before.map((item) => [item.id, item]));
    const turns = new Turns();
    const matched: CheckMatches[] = [];
    for (const described of providersOf(checks).values()) {
      const [{ tool, check }] = described;
      const found = strongest(
        described.flatMap(({ provider, check: own }) => {
          const reviewed = edgesOf(edges, { tool, checkId: own.id, provider });
          return matcher.match({ ...own, tool, provider }, { team: reviewed, hasControl });
        }),
      );
      const needs = [...new Set(found.flatMap(({ reason }) => reason.needs ?? []))];
      matched.push({
        id: matchesId(team, tool, check.id),
        teamId: team.teamId,
        tool,
        checkId: check.id,
        controlIds: found.map(({ controlId }) => controlId),
        ...(needs.length > 0 ? { needs } : {}),
        matches: found,
      });
      await turns.next();
    }
    const changed = matched.filter(
      (item) => JSON.stringify(known.get(item.id)?.matches) !== JSON.stringify(item.matches),
    );
    lease.check();
    if (changed.length > 0) await matches.put(team, changed);
    return matched;
  }
}
