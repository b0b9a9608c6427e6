import type { TeamScope } from '../../../platform/database/collection.js';
import type { PlaceInScope } from '../../security-scans/index.js';
import type { ScopingRepository } from './scoping.repository.js';
import { scopingOf, type TeamScoping } from './scoping.rules.js';

/** Reads the thresholds, account profiles, regions and scopes by which a team's controls are evaluated. */
export async function readScoping(
  scoping: ScopingRepository,
  team: TeamScope,
  seen: readonly PlaceInScope[],
): Promise<TeamScoping> {
  const [settings, profiles, stated, definitions] = await Promise.all([
    scoping.settings(team),
    scoping.profiles(team),
    scoping.regions(team),
    scoping.scopes(team),
  ]);
  return scopingOf({ settings, profiles, stated, definitions, seen });
}
