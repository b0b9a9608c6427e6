import type { TeamScope } from '../../../platform/database/collection.js';
import type {
  CheckMatches,
  CheckMatchesRepository,
  CheckMatchingService,
} from '../../mapping/index.js';
import type { ChangedChecks, EvidenceService } from '../../security-scans/index.js';
import type { CheckTallies } from './check-tallies.js';
import type { EngineLock } from './engine-lock.js';
import type { EvidenceTallies } from './evidence-tallies.js';
import { haveMoved, seenChanges } from './seen-changes.rules.js';

export interface EngineEvidenceDeps {
  results: EvidenceService;
  matching: CheckMatchingService;
  matches: CheckMatchesRepository;
  tallies: EvidenceTallies;
}

/** The evidence that the engine reads: sums of results, and the controls that their checks count for. */
export class EngineEvidence {
  constructor(private readonly deps: EngineEvidenceDeps) {}

  /** Version of rules and topics by which checks are matched. */
  get matchingVersion(): string {
    return this.deps.matching.version;
  }

  /** Changes after every mapping review; null while a write is in progress. */
  reviewsVersion(team: TeamScope): Promise<number | null> {
    return this.deps.matching.reviewsVersion(team);
  }

  /** Accounts, and regions without results, that a control must be evaluated in. */
  inScope(team: TeamScope) {
    return this.deps.results.inScope(team);
  }

  /** Recounts the stored results. Takes the team's results lease. */
  async recount(team: TeamScope): Promise<void> {
    await this.deps.results.recount(team);
  }

  /** Runs `work` while no results of the team are being stored. */
  whileStill<T>(team: TeamScope, work: () => Promise<T>): Promise<T> {
    return this.deps.results.whileStill(team, work);
  }

  /** Matches every check and adds up every result. */
  async readAll(lock: EngineLock) {
    const { results, matching, matches, tallies } = this.deps;
    const known = await results.of(lock.team);
    const matched = await matching.match(lock, known.checks, await matches.list(lock.team));
    return { matched, tallied: await tallies.renew(lock, known), checks: known.checks.length };
  }

  /**
   * Matches the changed checks. Returns the controls that they count for or counted for, or that check them for passes;
   * the checks that began or ceased to show things; whether results pass or fail that did not; and a function that adds up their new results: it can run beside
   * other reads.
   */
  async readChanged(lock: EngineLock, changes: ChangedChecks) {
    const { results, matching, matches, tallies } = this.deps;
    const needed = changes.checkIds.filter((id) => matching.isNeeded(id));
    const [before, checks, read, dependent] = await Promise.all([
      matches.ofChecks(lock.team, changes.checkIds),
      results.checks(lock.team, changes.checkIds),
      tallies.read(lock.team, changes),
      needed.length > 0 ? matches.needing(lock.team, needed) : [],
    ]);
    const after = await matching.match(lock, checks, before);
    const affected = [...before, ...after, ...dependent];
    const controlIds = [...new Set(affected.flatMap((item) => item.controlIds))];
    const tally = () => tallies.update(lock, checks, read);
    return { controlIds, seen: seenChanges(read), hasMoved: haveMoved(read), tally };
  }

  matchesOf(team: TeamScope, controlIds: readonly string[]): Promise<CheckMatches[]> {
    return this.deps.matches.ofControls(team, controlIds);
  }

  talliesOf(team: TeamScope, checkIds: readonly string[]): Promise<CheckTallies[]> {
    return this.deps.tallies.ofChecks(team, checkIds);
  }
}
