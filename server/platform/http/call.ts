import type { Readable } from 'node:stream';
import type { Actor } from '../auth/actor.js';
import type { Client } from './client.js';

/** The file of an upload endpoint. Read its stream to the end; it fails when the file is too large. */
export interface Upload {
  fileName: string;
  stream: Readable;
  /** True once the stream was truncated at the size limit. */
  isTruncated(): boolean;
  /** Aborted when the client goes away before it has its answer. */
  signal?: AbortSignal;
}

export interface Call<Params, Query, Body> {
  actor: Actor;
  params: Params;
  query: Query;
  body: Body;
  upload: Upload | null;
  client: Client;
}
