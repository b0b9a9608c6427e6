import type { EngineSettings } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredFrameworkScope, StoredProfile, StoredRegions } from './stored-scopes.js';

/** Thresholds that a team has changed; the others keep their defaults. */
export interface StoredSettings extends TeamDoc {
  settings: Partial<EngineSettings>;
}

const settings: CollectionSpec<StoredSettings> = {
  name: 'engine_settings',
  scope: 'team',
  fields: {},
};
const profiles: CollectionSpec<StoredProfile> = {
  name: 'account_profiles',
  scope: 'team',
  fields: { account: 'string' },
  unique: [['account']],
};
const regions: CollectionSpec<StoredRegions> = {
  name: 'account_regions',
  scope: 'team',
  fields: { account: 'string' },
  unique: [['account']],
};
const scopes: CollectionSpec<StoredFrameworkScope> = {
  name: 'framework_scopes',
  scope: 'team',
  fields: { frameworkId: 'string' },
  unique: [['frameworkId']],
};

/** Thresholds, account profiles, regions in use and framework scopes of teams. */
export class ScopingRepository extends TeamRepository<StoredSettings> {
  static readonly database = 'assessments';
  static readonly specs = [settings, profiles, regions, scopes];
  protected readonly spec = settings;

  async settings(scope: TeamScope): Promise<Partial<EngineSettings>> {
    return (await this.of(scope).get(scope.teamId))?.settings ?? {};
  }

  putSettings({ teamId }: TeamScope, given: EngineSettings) {
    return this.of({ teamId }).putMany([{ id: teamId, teamId, settings: given }]);
  }

  async profiles(scope: TeamScope): Promise<StoredProfile[]> {
    const found: StoredProfile[] = [];
    for await (const page of this.of(scope, profiles).each({})) found.push(...page);
    return found;
  }

  putProfile({ teamId }: TeamScope, profile: Omit<StoredProfile, 'id' | 'teamId'>) {
    return this.of({ teamId }, profiles).putMany([
      { ...profile, id: `${teamId}:${profile.account}`, teamId },
    ]);
  }

  removeProfile({ teamId }: TeamScope, account: string): Promise<boolean> {
    return this.of({ teamId }, profiles).remove(`${teamId}:${account}`);
  }

  /** Sorted by account. */
  async regions(scope: TeamScope): Promise<StoredRegions[]> {
    const found: StoredRegions[] = [];
    for await (const page of this.of(scope, regions).each({})) found.push(...page);
    return found;
  }

  putRegions({ teamId }: TeamScope, stated: Omit<StoredRegions, 'id' | 'teamId'>) {
    return this.of({ teamId }, regions).putMany([
      { ...stated, id: `${teamId}:${stated.account}`, teamId },
    ]);
  }

  removeRegions({ teamId }: TeamScope, account: string): Promise<boolean> {
    return this.of({ teamId }, regions).remove(`${teamId}:${account}`);
  }

  async scopes(scope: TeamScope): Promise<StoredFrameworkScope[]> {
    const { items } = await this.of(scope, scopes).find(
      {},
      { sort: ['frameworkId'], limit: 1_000 },
    );
    return items;
  }

  putScope({ teamId }: TeamScope, item: Omit<StoredFrameworkScope, 'id' | 'teamId'>) {
    return this.of({ teamId }, scopes).putMany([
      { ...item, id: `${teamId}:${item.frameworkId}`, teamId },
    ]);
  }

  removeScope({ teamId }: TeamScope, frameworkId: string): Promise<boolean> {
    return this.of({ teamId }, scopes).remove(`${teamId}:${frameworkId}`);
  }
}
