import type { HttpApi } from '../../../platform/http/http-api.js';
import type { Platform } from '../../../platform/platform.js';
import { libraryChanged, libraryChanging } from '../catalogue.events.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { ScfRepository } from './scf.repository.js';
import { addScfRoutes } from './scf.routes.js';
import { type ScfFrameworkChoices, ScfFrameworksService } from './scf-frameworks.service.js';
import { ScfImportService } from './scf-import.service.js';
import { ScfLibrary } from './scf-library.js';
import { ScfTeamFrameworksRepository } from './scf-team-frameworks.repository.js';
import { ScfTextsService } from './scf-texts.service.js';

/** The user's own copy of the Secure Controls Framework, beside our library. */
export function createScf(platform: Platform, shipped: Catalogue, choices: ScfFrameworkChoices) {
  const { repositories, audit, newId, events } = platform;
  const scf = repositories.create(ScfRepository);
  const chosen = repositories.create(ScfTeamFrameworksRepository);
  const library = new ScfLibrary({ scf, chosen, shipped });
  const imports = new ScfImportService({
    ...{ scf, platform },
    changing: async (change) => {
      const teams = await chosen.teams();
      for (const teamId of teams) await events.emit(libraryChanging, { teamId });
      await change();
      for (const teamId of teams) await events.emit(libraryChanging, { teamId });
    },
    changed: ({ teamId }) => events.emit(libraryChanged, { teamId }),
  });
  const frameworks = new ScfFrameworksService({ scf, chosen, choices, events, audit });
  const texts = new ScfTextsService({ scf, shipped });
  const folder = platform.workFolder.path;
  return {
    library,
    imports,
    frameworks,
    texts,
    addRoutes: (http: HttpApi) => addScfRoutes(http, { imports, frameworks, texts, folder, newId }),
  };
}
