import type { DefinitionChange } from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { AttestationsRepository } from '../attestations/attestations.repository.js';
import { isUnchanged } from '../attestations/attested-text.rules.js';
import type { PassingResults } from '../posture/passing.rules.js';
import { postureOf } from '../posture/posture.rules.js';
import { teamInputs } from '../posture/team-inputs.rules.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { ControlStatesRepository } from '../states/control-states.repository.js';
import type { ScoreHistoryRepository, ScoreInterval } from './score-history.repository.js';

export interface ScoreRecorderDeps {
  catalogues: TeamCatalogues;
  states: ControlStatesRepository;
  attestations: AttestationsRepository;
  scoping: ScopingRepository;
  scores: ScoreHistoryRepository;
  clock: Clock;
}

type Added = Omit<ScoreInterval, 'id' | 'teamId'>;
type Point = Pick<Added, 'score' | 'coverage' | 'ceiling' | 'passing' | 'requirements'>;
type ScoreMoves = DefinitionChange['frameworks'];

/**
 * Records every change of a framework's score, and of its share of passing results, with the rules and library that made it: a past score is
 * never recomputed. Called under the engine's lock only.
 */
export class ScoreRecorder {
  constructor(private readonly deps: ScoreRecorderDeps) {}

  /** Records the changes by attestations that have ended since, dated by their ends. Before states change. */
  async settle(
    team: TeamScope,
    ruleVersion: string,
    passing: () => Promise<PassingResults>,
  ): Promise<void> {
    const { scores, attestations, clock } = this.deps;
    const latest = await scores.latest(team);
    if (!latest) return;
    const now = clock.now().toISOString();
    const ends = await attestations.endsBetween(team, latest.recordedUntil, now);
    if (ends.length === 0) return;
    const shares = await passing();
    for (const end of ends) await this.#record(team, end, ruleVersion, shares);
  }

  /** When the next attestation ends; null: none does. */
  nextEnd(team: TeamScope): Promise<string | null> {
    const { attestations, clock } = this.deps;
    return attestations.nextEnd(team, clock.now().toISOString());
  }

  /** Records what differs from the last record; returns the changed scores. */
  record(team: TeamScope, ruleVersion: string, passing: PassingResults): Promise<ScoreMoves> {
    return this.#record(team, this.deps.clock.now().toISOString(), ruleVersion, passing);
  }

  async #record(
    team: TeamScope,
    at: string,
    ruleVersion: string,
    passing: PassingResults,
  ): Promise<ScoreMoves> {
    const { catalogues, states, attestations, scoping, scores } = this.deps;
    const [catalogue, library, latest, standings, all, { scopeOf }] = await Promise.all([
      catalogues.of(team),
      catalogues.all(team),
      scores.latest(team),
      states.standings(team),
      attestations.list(team),
      readScoping(scoping, team, []),
    ]);
    const given = all.filter((item) => item.expiresAt > at && isUnchanged(library, item));
    const inputs = teamInputs({ catalogue, library, standings, scopeOf, given });
    // Maps, because teams choose framework ids, even `constructor`.
    const before = new Map(Object.entries(latest?.frameworks ?? {}));
    const after = new Map<string, string>();
    const added: Added[] = [];
    const moves: ScoreMoves = [];
    for (const framework of catalogue.frameworks.values()) {
      const { score, coverage, ceiling, requirements } = postureOf(framework, inputs);
      const share = passing.ofFramework(framework);
      const point = { score, coverage, ceiling, passing: share, requirements };
      const text = JSON.stringify(point);
      after.set(framework.id, text);
      const previous = before.get(framework.id);
      if (previous === text) continue;
      const from = previous ? scoreIn(previous) : null;
      if (from !== score) moves.push({ frameworkId: framework.id, from, to: score });
      added.push({
        ...point,
        frameworkId: framework.id,
        at,
        ruleVersion,
        until: null,
        active: true,
      });
    }
    for (const [frameworkId, previous] of before) {
      if (after.has(frameworkId)) continue;
      const point = JSON.parse(previous) as Point;
      added.push({ ...point, frameworkId, at, ruleVersion, until: null, active: false });
    }
    if (added.length > 0) await scores.append(team, at, added);
    if (added.length > 0 || latest?.recordedUntil !== at) {
      await scores.putLatest(team, {
        frameworks: Object.fromEntries(after),
        recordedUntil: at,
      });
    }
    return moves;
  }
}

function scoreIn(text: string): number | null {
  return (JSON.parse(text) as { score: number | null }).score;
}
