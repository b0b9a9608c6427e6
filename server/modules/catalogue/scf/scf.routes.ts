import * as contract from '../../../../contract/scf.js';
import type { NewId } from '../../../platform/clock.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { HttpApi } from '../../../platform/http/http-api.js';
import type { ScfFrameworksService } from './scf-frameworks.service.js';
import type { ScfImportService } from './scf-import.service.js';
import type { ScfTextsService } from './scf-texts.service.js';
import { withUploadedFile } from './scf-uploads.js';

export interface ScfRoutesDeps {
  imports: ScfImportService;
  frameworks: ScfFrameworksService;
  texts: ScfTextsService;
  /** The folder for uploads while they are read. */
  folder: string;
  newId: NewId;
}

export function addScfRoutes(
  http: HttpApi,
  { imports, frameworks, texts, folder, newId }: ScfRoutesDeps,
): void {
  http.add(contract.getScf, ({ actor }) => imports.status(actor));
  http.add(contract.previewScf, ({ actor, upload }) => {
    if (!upload) throw new InvalidInputError('there is no file');
    const { fileName, signal } = upload;
    return withUploadedFile({ folder, newId }, upload, (path) =>
      imports.stage(actor, { path, fileName, signal }),
    );
  });
  http.add(contract.importScf, ({ actor, body }) =>
    imports.import(actor, body.releaseId, { force: body.force }),
  );
  http.add(contract.listScfReleases, ({ actor, query }) =>
    imports.releases(actor, query.limit, query.cursor),
  );
  http.add(contract.getScfChanges, ({ actor, params }) => imports.changes(actor, params.releaseId));
  http.add(contract.removeScfRelease, ({ actor, params }) =>
    imports.remove(actor, params.releaseId),
  );
  http.add(contract.listScfFrameworks, ({ actor, query: { q, limit, cursor } }) =>
    frameworks.list(actor, q, limit, cursor),
  );
  http.add(contract.chooseScfFramework, ({ actor, params, body }) =>
    frameworks.choose(actor, params.frameworkId, body.active),
  );
  http.add(contract.listScfControls, ({ query: { limit, cursor, ...filter } }) =>
    texts.controls(filter, limit, cursor),
  );
  http.add(contract.getScfControl, ({ params }) => texts.control(params.controlId));
  http.add(contract.getScfBeside, ({ params }) => texts.beside(params.controlId));
}
