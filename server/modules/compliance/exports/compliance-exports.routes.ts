import * as contract from '../../../../contract/compliance-exports.js';
import type { HttpApi } from '../../../platform/http/http-api.js';
import type { ComplianceExportsService } from './compliance-exports.service.js';

export function addComplianceExportRoutes(http: HttpApi, exports: ComplianceExportsService): void {
  http.addDownload(contract.exportOcsf, ({ actor, query }) => exports.ocsf(actor, query));
  http.addDownload(contract.exportMappingCollection, ({ actor, query }) =>
    exports.mappingCollection(actor, query),
  );
}
