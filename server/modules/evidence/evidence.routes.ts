import { Readable } from 'node:stream';
import * as contract from '../../../contract/evidence.js';
import type { HttpApi, Upload } from '../../platform/http/http-api.js';
import type { EvidenceItemsService } from './items/evidence-items.service.js';
import type { OscalExportsService } from './packages/oscal-exports.service.js';
import type { PackagesService } from './packages/packages.service.js';
import type { ReviewsService } from './reviews/reviews.service.js';
import type { CoverageService } from './support/coverage.service.js';

export interface EvidenceServices {
  items: EvidenceItemsService;
  reviews: ReviewsService;
  coverage: CoverageService;
  packages: PackagesService;
  oscal: OscalExportsService;
}

export function addEvidenceRoutes(http: HttpApi, services: EvidenceServices): void {
  const { items, reviews, coverage, packages, oscal } = services;
  http.add(contract.listEvidence, ({ actor, query }) => items.list(actor, query));
  http.add(contract.uploadEvidence, ({ actor, upload, query }) =>
    items.upload(actor, requireUpload(upload), query),
  );
  http.add(contract.getEvidenceSettings, ({ actor }) => reviews.settings(actor));
  http.add(contract.putEvidenceSettings, ({ actor, body }) => reviews.putSettings(actor, body));
  http.add(contract.getEvidenceCoverage, ({ actor }) => coverage.coverage(actor));
  http.add(contract.getEvidenceGaps, ({ actor, params, query }) =>
    coverage.gaps(actor, params.frameworkId, query.days),
  );
  http.add(contract.buildPackage, ({ actor, body }) => packages.request(actor, body));
  http.add(contract.listPackages, ({ actor, query }) =>
    packages.list(actor, query.limit, query.cursor),
  );
  http.add(contract.getPackage, ({ actor, params }) => packages.get(actor, params.packageId));
  http.addDownload(contract.downloadPackage, ({ actor, params }) =>
    packages.content(actor, params.packageId),
  );
  http.addDownload(contract.exportOscal, async ({ actor, params, query }) => {
    const { text, ...file } = await oscal.document(actor, params.frameworkId, query.model);
    return { ...file, content: Readable.from([text]) };
  });
  http.add(contract.getEvidence, ({ actor, params }) => items.get(actor, params.evidenceId));
  http.add(contract.changeEvidence, ({ actor, params, body }) =>
    items.change(actor, params.evidenceId, body),
  );
  http.add(contract.deleteEvidence, ({ actor, params }) => items.remove(actor, params.evidenceId));
  http.add(contract.restoreEvidence, ({ actor, params }) =>
    items.restore(actor, params.evidenceId),
  );
  http.add(contract.reviseEvidence, ({ actor, params, upload, query }) =>
    items.revise(actor, params.evidenceId, requireUpload(upload), query),
  );
  http.addDownload(contract.downloadEvidence, ({ actor, params, query }) =>
    items.content(actor, params.evidenceId, query.revision),
  );
  http.add(contract.submitEvidence, ({ actor, params, body }) =>
    reviews.submit(actor, params.evidenceId, body.comment),
  );
  http.add(contract.approveEvidence, ({ actor, params, body }) =>
    reviews.approve(actor, params.evidenceId, body),
  );
  http.add(contract.rejectEvidence, ({ actor, params, body }) =>
    reviews.reject(actor, params.evidenceId, body.reason),
  );
  http.add(contract.requestRenewal, ({ actor, params, body }) =>
    reviews.requestRenewal(actor, params.evidenceId, body.reason),
  );
}

function requireUpload(upload: Upload | null): Upload {
  if (!upload) throw new TypeError('an upload endpoint has an upload');
  return upload;
}
