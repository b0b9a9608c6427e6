import type { AnyBulkWriteOperation, Document } from 'mongodb';
import type { StoredDocument } from './mongo-document.js';
import { WriteTooLateError } from './write-fence.js';

/**
 * Writes that the server refuses after a given time by its own clock (`$$NOW`), without transactions, which a
 * server that is no replica set lacks. A stage or filter that is evaluated too late fails, so nothing is stored.
 */

/** How long the server may work on a fenced write: less than other processes wait after the end of a lease. */
const WRITE_MS = 4_500;
/** What the failing conversion below reports. */
const CONVERSION_FAILED = 241;

/** Depends on the document, because the server computes constants before it looks at the time. */
const TOO_LATE = { $toObjectId: { $concat: ['too late: ', '$_id'] } };

/** The query, for all writes but those that may insert. */
export function filterInTime(filter: Document, until: number | undefined): Document {
  if (until === undefined) return filter;
  return { $and: [filter, { $expr: { $cond: [inTime(until), true, TOO_LATE] } }] };
}

/** Replaces or inserts the document. */
export function putOperation(
  filter: { _id: string; teamId?: unknown },
  replacement: StoredDocument,
  until: number | undefined,
): AnyBulkWriteOperation<StoredDocument> {
  return until === undefined
    ? { replaceOne: { filter, replacement: replacement as Document, upsert: true } }
    : { updateOne: { filter, update: replaceInTime(replacement, until), upsert: true } };
}

/** A document that is there already matches no `_absent`, so inserting it fails as usual. */
export function insertFilter(_id: string): { _id: string; _absent: true } {
  return { _id, _absent: true };
}

export function replaceInTime(document: StoredDocument, until: number): Document[] {
  return [{ $replaceWith: { $cond: [inTime(until), { $literal: document }, TOO_LATE] } }];
}

export function timeLimit(until: number | undefined): { maxTimeMS?: number } {
  return until === undefined ? {} : { maxTimeMS: WRITE_MS };
}

/** Runs a write, and names its refusal. */
export async function refusable<R>(until: number | undefined, write: () => Promise<R>): Promise<R> {
  try {
    return await write();
  } catch (error) {
    const isRefused = (error as { code?: unknown }).code === CONVERSION_FAILED;
    throw until !== undefined && isRefused ? new WriteTooLateError() : error;
  }
}

function inTime(until: number): Document {
  return { $lt: ['$$NOW', new Date(until)] };
}
