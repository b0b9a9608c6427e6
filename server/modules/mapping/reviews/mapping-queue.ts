import type { z } from 'zod';
import type { listMappings, MappingItem } from '../../../../contract/mapping-review.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Catalogue, TeamCatalogues } from '../../catalogue/index.js';
import { controlAttributions } from '../../catalogue/index.js';
import type { CheckEvidence, EvidenceService } from '../../security-scans/index.js';
import type { CheckMatches, CheckMatchesRepository } from '../matching/check-matches.repository.js';
import { checkKey } from '../matching/check-matches.rules.js';
import type { ControlJudge } from './control-judge.js';
import { counted, fits, inQueueOrder, pageFrom, tierOf } from './mapping-queue.rules.js';
import type { MappingReviewsRepository, StoredReview } from './mapping-reviews.repository.js';
import { idsOf, presented } from './mapping-reviews.service.js';
import type { TeamEdges } from './team-edges.js';

export interface MappingQueueDeps {
  reviews: MappingReviewsRepository;
  teamEdges: TeamEdges;
  matches: CheckMatchesRepository;
  /** Null while the module that evaluates controls is unavailable. */
  judge: () => ControlJudge | null;
  evidence: EvidenceService;
  catalogues: TeamCatalogues;
}

/** The facts of a check, independent of its controls. */
interface CheckSummary {
  title: string;
  service: string;
  severity: Severity;
  providers: string[];
  openFindings: number;
}

type Query = z.output<NonNullable<typeof listMappings.query>>;

/** Teams whose queue is cached until their results or reviews change. */
const MAX_TEAMS = 20;

/** Every match of a team's checks, in the order in which a reviewer should look at them. */
export class MappingQueue {
  readonly #known = new Map<string, { key: string; items: readonly MappingItem[] }>();

  constructor(private readonly deps: MappingQueueDeps) {}

  async list(team: TeamScope, { limit, cursor, ...filter }: Query) {
    const all = await this.#items(team);
    const wanted = all.filter((item) => fits(item, filter));
    const page = pageFrom(wanted, limit, cursor);
    const catalogue = await this.deps.catalogues.of(team);
    return {
      ...page,
      attributions: controlAttributions(
        catalogue,
        page.items.map(({ controlId }) => controlId),
      ),
      total: wanted.length,
      facets: {
        state: counted(all, ({ state }) => state),
        tier: counted(all, (item) => String(tierOf(item) ?? 'none')),
        tool: counted(all, ({ tool }) => tool),
        service: counted(all, ({ service }) => service),
      },
    };
  }

  async #items(team: TeamScope): Promise<readonly MappingItem[]> {
    const { reviews, judge, catalogues } = this.deps;
    const [version, lastRun, catalogue] = await Promise.all([
      reviews.version(team),
      judge()?.lastRun(team) ?? null,
      catalogues.of(team),
    ]);
    const key = JSON.stringify([version, lastRun, catalogue.version]);
    const known = this.#known.get(team.teamId);
    if (version !== null && lastRun && known?.key === key) return known.items;
    const items = await this.#buildItems(team, catalogue);
    if (version !== null && lastRun) {
      if (this.#known.size >= MAX_TEAMS) this.#known.clear();
      this.#known.set(team.teamId, { key, items });
    }
    return items;
  }

  async #buildItems(team: TeamScope, catalogue: Catalogue): Promise<readonly MappingItem[]> {
    const { matches, evidence, judge, teamEdges } = this.deps;
    const [matched, known, found, edges] = await Promise.all([
      matches.list(team),
      evidence.of(team),
      judge()?.statuses.list(team) ?? [],
      teamEdges.of(team),
    ]);
    const summaries = summariesOf(known);
    const status = new Map(found.map((state) => [state.controlId, state.status]));
    const current = idsOf(edges);
    const itemOf = (
      { tool, checkId }: { tool: string; checkId: string },
      controlId: string,
      match: MappingItem['match'],
      review: StoredReview | null,
    ): MappingItem => {
      const check = summaries.get(checkKey({ tool, checkId })) ?? unknownCheck(checkId);
      const requirements = catalogue.requirementsOf(controlId).length;
      return {
        tool,
        checkId,
        ...check,
        controlId,
        controlTitle: catalogue.controls.get(controlId)?.title ?? controlId,
        controlStatus: status.get(controlId) ?? 'not_assessed',
        match,
        requirements,
        priority: (1 + check.openFindings) * (1 + requirements),
        state: !review ? 'unreviewed' : review.verdict === 'accept' ? 'accepted' : 'rejected',
        review: review && presented(review, current),
      };
    };
    const reviewed = [...edges.values()].flat();
    const matchOf = matchesByEdge(matched);
    const items = reviewed.map((review) => {
      const match = matchOf.get(keyOf(review, review.controlId)) ?? review.proposed;
      return itemOf(review, review.controlId, match, review);
    });
    const reviewedKeys = new Set(reviewed.map((review) => keyOf(review, review.controlId)));
    for (const item of matched) {
      for (const { controlId, reason } of item.matches) {
        if (!reviewedKeys.has(keyOf(item, controlId)))
          items.push(itemOf(item, controlId, reason, null));
      }
    }
    return inQueueOrder(items);
  }
}

const keyOf = (check: { tool: string; checkId: string }, controlId: string) =>
  `${checkKey(check)} ${controlId}`;

function matchesByEdge(matched: readonly CheckMatches[]) {
  return new Map(
    matched.flatMap((item) =>
      item.matches.map(({ controlId, reason }) => [keyOf(item, controlId), reason] as const),
    ),
  );
}

function summariesOf({ checks, scopes }: CheckEvidence): Map<string, CheckSummary> {
  const open = new Map<string, number>();
  for (const scope of scopes) {
    const fails = scope.tallies
      .filter(({ standing, exempt }) => standing === 'fail' && !exempt)
      .reduce((sum, { count }) => sum + count, 0);
    open.set(checkKey(scope), (open.get(checkKey(scope)) ?? 0) + fails);
  }
  const summaries = new Map<string, CheckSummary>();
  for (const { tool, provider, severity, check } of checks) {
    const key = checkKey({ tool, checkId: check.id });
    const known = summaries.get(key);
    if (known) {
      known.providers.push(provider);
      if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(known.severity)) {
        known.severity = severity;
      }
      continue;
    }
    const { title, service } = check;
    const openFindings = open.get(key) ?? 0;
    summaries.set(key, { title, service, severity, providers: [provider], openFindings });
  }
  return summaries;
}

/** A check known only from reviews of another installation. */
function unknownCheck(checkId: string): CheckSummary {
  return {
    title: checkId,
    service: '',
    severity: 'informational',
    providers: [],
    openFindings: 0,
  };
}
