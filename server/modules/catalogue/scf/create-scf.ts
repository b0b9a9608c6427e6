import { join } from 'node:path';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { HttpApi } from '../../../platform/http/http-api.js';
import type { Platform } from '../../../platform/platform.js';
import { libraryChanged } from '../catalogue.events.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { ScfRepository } from './scf.repository.js';
import { addScfRoutes } from './scf.routes.js';
import { ScfImportService } from './scf-import.service.js';
import { ScfLibrary } from './scf-library.js';
import { ScfTeamFrameworksRepository } from './scf-team-frameworks.repository.js';
import { ScfTextsService } from './scf-texts.service.js';

export interface ScfHooks {
  /** Makes a framework that is in the team's library one that it measures itself by, or no longer. */
  choose: (actor: Actor, frameworkId: string, active: boolean) => Promise<unknown>;
  isActive: (team: TeamScope) => Promise<(frameworkId: string) => boolean>;
}

/** The user's own copy of the Secure Controls Framework, beside our library. */
export function createScf(platform: Platform, shipped: Catalogue, hooks: ScfHooks) {
  const { repositories, audit, leases, clock, newId, config, events } = platform;
  const scf = repositories.create(ScfRepository);
  const chosen = repositories.create(ScfTeamFrameworksRepository);
  const library = new ScfLibrary({ scf, chosen, shipped });
  const imports = new ScfImportService({
    scf,
    audit,
    leases,
    clock,
    newId,
    changed: async () => {
      for (const teamId of await chosen.teams()) await events.emit(libraryChanged, { teamId });
    },
  });
  const texts = new ScfTextsService({
    scf,
    chosen,
    shipped,
    audit,
    choose: hooks.choose,
    isActive: hooks.isActive,
    changed: ({ teamId }) => events.emit(libraryChanged, { teamId }),
  });
  const folder = join(config.dataDir, 'work');
  return {
    library,
    imports,
    texts,
    addRoutes: (http: HttpApi) => addScfRoutes(http, { imports, texts, folder, newId }),
  };
}
