import { DriftSettings } from '../../../../contract/drift.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export const DEFAULT_DRIFT_SETTINGS: DriftSettings = {
  expiringDays: 14,
  repeatHours: 6,
  digestAbove: 5,
};

interface StoredSettings extends TeamDoc, DriftSettings {}

const settings: CollectionSpec<StoredSettings> = {
  name: 'drift_settings',
  scope: 'team',
  fields: {},
};

export class DriftSettingsRepository extends TeamRepository<StoredSettings> {
  static readonly database = 'assessments';
  static readonly specs = [settings];
  protected readonly spec = settings;

  /** Without fields that only an earlier version knew. */
  async get(scope: TeamScope): Promise<DriftSettings> {
    const stored = await this.of(scope).get(scope.teamId);
    return DriftSettings.parse({ ...DEFAULT_DRIFT_SETTINGS, ...stored });
  }

  put(scope: TeamScope, changed: DriftSettings) {
    const { teamId } = scope;
    return this.of(scope).putMany([{ ...changed, id: teamId, teamId }]);
  }
}
