import * as contract from '../../../../contract/mapping-review.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { HttpApi, Upload } from '../../../platform/http/http-api.js';
import type { Parsing } from '../../../platform/parsing/parsing.js';
import type { MappingQueue } from './mapping-queue.js';
import type { MappingReviewsService } from './mapping-reviews.service.js';
import { exported, reviewsFile, wholeText } from './portable-reviews.js';

export interface MappingReviewServices {
  queue: MappingQueue;
  reviews: MappingReviewsService;
  parsing: Parsing;
}

export function addMappingReviewRoutes(http: HttpApi, services: MappingReviewServices): void {
  const { queue, reviews, parsing } = services;
  http.add(contract.listMappings, ({ actor, query }) => queue.list(actor, query));
  http.add(contract.listMappingReviews, ({ actor, query }) => reviews.list(actor, query));
  http.add(contract.reviewMappings, ({ actor, body }) => reviews.review(actor, body.reviews));
  http.add(contract.revokeMappingReviews, ({ actor, body }) => reviews.revoke(actor, body.ids));
  http.addDownload(contract.exportMappingReviews, async ({ actor, query }) =>
    exported(await reviews.inForce(actor), query.format),
  );
  http.add(contract.previewMappingReviews, async ({ actor, upload }) =>
    reviews.previewAdoption(actor, await uploaded(upload, parsing)),
  );
  http.add(contract.importMappingReviews, async ({ actor, upload }) =>
    reviews.adopt(actor, await uploaded(upload, parsing)),
  );
}

async function uploaded(upload: Upload | null, parsing: Parsing) {
  if (!upload) throw new InvalidInputError('there is no file in the field “file”');
  return parsing.run(reviewsFile, await wholeText(upload.stream), upload);
}
