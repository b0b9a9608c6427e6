import * as contract from '../../../../contract/compliance.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { HttpApi, Upload } from '../../../platform/http/http-api.js';
import type { CustomControlsService } from './custom-controls.service.js';
import type { CustomFrameworksService } from './custom-frameworks.service.js';
import type { FrameworkActivationService } from './framework-activation.service.js';

export interface LibraryServices {
  activation: FrameworkActivationService;
  customFrameworks: CustomFrameworksService;
  customControls: CustomControlsService;
}

export function addLibraryRoutes(http: HttpApi, services: LibraryServices): void {
  const { activation, customFrameworks, customControls } = services;
  http.add(contract.listAvailableFrameworks, async ({ actor }) => ({
    items: await activation.available(actor),
  }));
  http.add(contract.chooseFramework, ({ actor, params, body }) =>
    activation.choose(actor, params.frameworkId, body),
  );
  http.add(contract.previewFramework, ({ actor, upload, query }) =>
    customFrameworks.preview(actor, requireUpload(upload), query),
  );
  http.add(contract.importFramework, ({ actor, upload, query }) =>
    customFrameworks.import(actor, requireUpload(upload), query),
  );
  http.add(contract.exportFramework, ({ actor, params, query }) =>
    customFrameworks.export(actor, params.frameworkId, query.format),
  );
  http.add(contract.removeFramework, async ({ actor, params, query }) => {
    await customFrameworks.remove(actor, params.frameworkId, query.confirm);
    return { removed: true as const };
  });
  http.add(contract.listCustomControls, async ({ actor }) => ({
    items: await customControls.list(actor),
  }));
  http.add(contract.previewControls, ({ actor, upload }) =>
    customControls.preview(actor, requireUpload(upload)),
  );
  http.add(contract.importControls, ({ actor, upload }) =>
    customControls.import(actor, requireUpload(upload)),
  );
  http.add(contract.exportControls, ({ actor, query }) =>
    customControls.export(actor, query.format),
  );
  http.add(contract.removeControl, async ({ actor, params }) => {
    await customControls.remove(actor, params.controlId);
    return { removed: true as const };
  });
}

function requireUpload(upload: Upload | null): Upload {
  if (!upload) throw new InvalidInputError('there is no file');
  return upload;
}
