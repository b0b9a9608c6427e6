import type { DriftSettings } from '../../../../contract/drift.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export const DEFAULT_DRIFT_SETTINGS: DriftSettings = {
  target: 70,
  frameworkTargets: {},
  expiringDays: 14,
  repeatHours: 6,
  digestAbove: 5,
};

/** Targets by framework as a list: an id may hold characters that a field's name must not. */
interface StoredSettings extends TeamDoc, Omit<DriftSettings, 'frameworkTargets'> {
  targets: { framework: string; target: number }[];
}

const settings: CollectionSpec<StoredSettings> = {
  name: 'drift_settings',
  scope: 'team',
  fields: {},
};

export class DriftSettingsRepository extends TeamRepository<StoredSettings> {
  static readonly database = 'assessments';
  static readonly specs = [settings];
  protected readonly spec = settings;

  async get(scope: TeamScope): Promise<DriftSettings> {
    const stored = await this.of(scope).get(scope.teamId);
    if (!stored) return DEFAULT_DRIFT_SETTINGS;
    const { id: _, teamId: __, targets, ...rest } = stored;
    const frameworkTargets = Object.fromEntries(
      targets.map(({ framework, target }) => [framework, target]),
    );
    return { ...DEFAULT_DRIFT_SETTINGS, ...rest, frameworkTargets };
  }

  put(scope: TeamScope, { frameworkTargets, ...rest }: DriftSettings) {
    const { teamId } = scope;
    const targets = Object.entries(frameworkTargets).map(([framework, target]) => ({
      ...{ framework, target },
    }));
    return this.of(scope).putMany([{ ...rest, targets, id: teamId, teamId }]);
  }
}
