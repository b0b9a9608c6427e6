import type { EvidenceSettings } from '../../../../contract/evidence.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

type StoredSettings = EvidenceSettings & TeamDoc;

const settings: CollectionSpec<StoredSettings> = {
  name: 'evidence_settings',
  scope: 'team',
  fields: {},
};

/** A second reviewer is optional by default: with a single operator nothing could be approved. */
export const DEFAULT_SETTINGS: EvidenceSettings = { fourEyes: false, maxUploadMegabytes: 25 };

export class EvidenceSettingsRepository extends TeamRepository<StoredSettings> {
  static readonly database = 'assessments';
  static readonly specs = [settings];
  protected readonly spec = settings;

  async get(scope: TeamScope): Promise<EvidenceSettings> {
    return (await this.of(scope).get(scope.teamId)) ?? DEFAULT_SETTINGS;
  }

  async put(scope: TeamScope, value: EvidenceSettings): Promise<void> {
    const { teamId } = scope;
    await this.of(scope).putMany([{ ...value, id: teamId, teamId }]);
  }
}
