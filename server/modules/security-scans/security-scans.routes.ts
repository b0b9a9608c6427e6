import {
  exportFindings,
  getFindingFacets,
  listFindingGroups,
} from '../../../contract/finding-groups.js';
import { undoImport } from '../../../contract/import-undo.js';
import { listOpenPorts } from '../../../contract/open-ports.js';
import { changeReportPlace, listReportPlaces } from '../../../contract/report-places.js';
import * as contract from '../../../contract/security-scans.js';
import { InvalidInputError } from '../../platform/errors.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import { reportFormats } from '../../scanners/tools/described-formats.js';
import type { FindingExportService } from './findings/finding-export.service.js';
import type { FindingsService } from './findings/findings.service.js';
import type { StoredImport } from './imports/imports.repository.js';
import type { ImportsService } from './imports/imports.service.js';
import type { OpenPortsService } from './open-ports/open-ports.service.js';
import type { ImportUndoService } from './undo/import-undo.service.js';
import { isUntraced } from './undo/undo.rules.js';
import type { WholeReportsService } from './whole-reports/whole-reports.service.js';

interface SecurityScansServices {
  imports: ImportsService;
  findings: FindingsService;
  findingExport: FindingExportService;
  undo: ImportUndoService;
  wholeReports: WholeReportsService;
  openPorts: OpenPortsService;
}

export function addSecurityScansRoutes(
  http: HttpApi,
  { imports, findings, findingExport, undo, wholeReports, openPorts }: SecurityScansServices,
): void {
  http.add(contract.createImport, ({ actor, upload, query }) => {
    if (!upload) throw new InvalidInputError('there is no file');
    return imports.receive(actor, upload, query);
  });
  http.add(contract.listReportFormats, () => ({ items: reportFormats() }));
  http.add(contract.listImports, ({ actor, query }) =>
    imports.list(actor, query.limit, query.cursor),
  );
  http.add(listReportPlaces, async ({ actor }) => ({
    items: await wholeReports.list(actor),
  }));
  http.add(changeReportPlace, ({ actor, body }) => wholeReports.change(actor, body));
  const detailOf = async (item: StoredImport) => ({
    ...item,
    undo: await undo.check(item),
    ...(isUntraced(item) && { isUntraced: true as const }),
  });
  http.add(contract.getImport, async ({ actor, params }) =>
    detailOf(await imports.get(actor, params.importId)),
  );
  http.add(undoImport, async ({ actor, params }) =>
    detailOf(await undo.undo(actor, params.importId)),
  );
  http.add(listOpenPorts, ({ actor, query: { limit, cursor, host, ...filter } }) =>
    openPorts.list(actor, { ...filter, ...(host ? { hosts: [host] } : {}) }, limit, cursor),
  );
  http.add(contract.listFindings, ({ actor, query: { limit, cursor, ...filter } }) =>
    findings.list(actor, filter, limit, cursor),
  );
  http.addDownload(exportFindings, ({ actor, query: { format, ...filter } }) =>
    findingExport.export(actor, filter, format),
  );
  http.add(listFindingGroups, ({ actor, query: { limit, ...filter } }) =>
    findings.groups(actor, filter, limit),
  );
  http.add(getFindingFacets, ({ actor, query }) => findings.facets(actor, query));
  http.add(contract.getFinding, ({ actor, params }) => findings.get(actor, params.findingId));
  http.add(contract.triageFinding, ({ actor, params, body }) =>
    findings.triage(actor, params.findingId, body),
  );
}
