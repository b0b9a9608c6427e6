import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { type Catalogue, shippedCatalogue } from './common-controls/catalogue.js';
import { TeamCatalogues } from './common-controls/team-catalogues.js';
import type { ControlStatuses } from './library/control-statuses.js';
import { CustomControlsService } from './library/custom-controls.service.js';
import { CustomFrameworksService } from './library/custom-frameworks.service.js';
import { CustomLibrary } from './library/custom-library.js';
import { CustomLibraryStore } from './library/custom-library-store.js';
import { FrameworkActivationService } from './library/framework-activation.service.js';
import { addLibraryRoutes } from './library/library.routes.js';
import { TeamLibrariesRepository } from './library/team-libraries.repository.js';
import { createScf } from './scf/create-scf.js';

export { frameworksChosen, libraryChanged, libraryChanging } from './catalogue.events.js';
export { attributionsOf, controlAttributions } from './common-controls/attributions.js';
export {
  Catalogue,
  type Control,
  type Domain,
  type Framework,
  type Parameter,
  type Requirement,
} from './common-controls/catalogue.js';
export type { Limit } from './common-controls/catalogue-file.js';
export type { CatalogueSource, Origin } from './common-controls/catalogue-source.js';
export { isCounted } from './common-controls/counted.rules.js';
export { currentRequirementId, requirementIds } from './common-controls/former-ids.js';
export { newerEditionOf } from './common-controls/newer-edition.rules.js';
export { readYaml } from './common-controls/read-yaml.js';
export type { TeamCatalogues } from './common-controls/team-catalogues.js';
export type { ControlStatuses } from './library/control-statuses.js';
export type { KnownChecks, ListedCheck } from './proof/known-checks.js';
export type { Anchor, Proof, ProofCheck } from './proof/proof.rules.js';

export interface CatalogueParts {
  /** Called at the time of use; null while the module that evaluates controls is unavailable. */
  statuses: () => ControlStatuses | null;
  /** Default: the controls and frameworks of this build. */
  shipped?: Catalogue;
}

/** Controls and frameworks: the shipped library, teams' own files, and the SCF. */
export function createCatalogue(
  platform: Platform,
  { statuses, shipped = shippedCatalogue() }: CatalogueParts,
) {
  const { repositories, audit, events, leases, clock } = platform;
  const libraries = repositories.create(TeamLibrariesRepository);
  const library = new CustomLibrary(libraries, leases);
  const scf = createScf(platform, shipped, {
    choose: (actor, frameworkId, active) => activation.choose(actor, frameworkId, { active }),
    isActive: (team) => library.isActive(team),
  });
  const catalogues = new TeamCatalogues(shipped, [library, scf.library], library);
  const activation = new FrameworkActivationService({ catalogues, libraries, events, audit });
  const store = new CustomLibraryStore({ library, libraries, clock });
  const own = { catalogues, library, store, platform };
  const customFrameworks = new CustomFrameworksService({ ...own, activation });
  const customControls = new CustomControlsService({ ...own, statuses });
  return {
    /** The shipped library, the same for all teams. */
    shipped,
    /** The catalogue as each team sees it. */
    catalogues,
    activation,
    customFrameworks,
    customControls,
    scf,
    addRoutes: (http: HttpApi) => {
      addLibraryRoutes(http, { activation, customFrameworks, customControls });
      scf.addRoutes(http);
    },
  };
}
export type CatalogueModule = ReturnType<typeof createCatalogue>;
