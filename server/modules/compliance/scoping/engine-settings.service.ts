import type { EngineSettings } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { CheckMatchingService } from '../../mapping/index.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import type { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import { readScoping } from './read-scoping.js';
import type { ScopingRepository } from './scoping.repository.js';
import { DEFAULT_ENGINE_SETTINGS } from './scoping.rules.js';

export interface EngineSettingsDeps {
  scoping: ScopingRepository;
  runs: Pick<EngineRunsRepository, 'get'>;
  matching: Pick<CheckMatchingService, 'reviewsVersion'>;
  engine: Pick<AutonomousComplianceEngine, 'catchUp' | 'expect'>;
  audit: Audit;
}

/** Thresholds of a team. Every change re-evaluates all controls. */
export class EngineSettingsService {
  constructor(private readonly deps: EngineSettingsDeps) {}

  /** The thresholds in force, with defaults for those that the team has not set. */
  async settings(team: TeamScope): Promise<EngineSettings> {
    return { ...DEFAULT_ENGINE_SETTINGS, ...(await this.deps.scoping.settings(team)) };
  }

  /**
   * Thresholds, a version of these with profiles and scopes, and the version of the team's mapping reviews.
   * `pending`: a change is stored, but the run that re-evaluates the states has not ended.
   */
  async judgedBy(team: TeamScope) {
    const { scoping, runs, matching } = this.deps;
    const [{ settings, version }, memory, current] = await Promise.all([
      readScoping(scoping, team, []),
      runs.get(team),
      matching.reviewsVersion(team),
    ]);
    const reviews = memory?.reviews ?? null;
    // A write that never ended must not block others.
    const isUnread = current !== null && reviews !== null && reviews !== current;
    const pending = isUnread || (memory?.scoping ?? version) !== version;
    return { settings, version, reviews, pending };
  }

  async changeSettings(actor: Actor, settings: EngineSettings): Promise<EngineSettings> {
    const { scoping, audit } = this.deps;
    const before = await this.settings(actor);
    await this.deps.engine.expect(actor);
    await scoping.putSettings(actor, settings);
    await audit.record(actor, 'compliance.settings_changed', actor.teamId, { before, settings });
    await this.deps.engine.catchUp(actor);
    return settings;
  }
}
