import type { z } from 'zod';

/** Who may call: a permission that the caller's role in the team must hold, or `public`. */
export const PERMISSIONS = [
  'team:read',
  'team:write',
  'findings:read',
  'findings:triage',
  'imports:read',
  'imports:write',
  'compliance:read',
  'compliance:write',
  'accounts:read',
  'accounts:write',
  'scans:read',
  'scans:run',
  'assessments:read',
  'assessments:write',
  'drift:read',
  'drift:write',
  'evidence:read',
  'evidence:write',
  'audit:read',
  'keys:write',
  /** Data that every team of the installation sees. */
  'installation:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];
/** The header by which a request may be sent again; for 24 hours it is answered as the first time. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** `signed-in`: any user, whatever their role, about themselves. */
export type Access = Permission | 'public' | 'signed-in';

export type ModuleName =
  | 'platform'
  | 'security-scans'
  | 'catalogue'
  | 'mapping'
  | 'compliance'
  | 'assessments'
  | 'drift'
  | 'evidence'
  | 'cloud-security'
  | 'orchestration'
  | 'container-security'
  | 'web-security'
  | 'identity';

/**
 * One HTTP endpoint, declared once: the server validates with it, OpenAPI is generated from it, and the
 * web client and the tests call through it.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Whole path with `:name` parameters. */
  path: `/api/${string}`;
  module: ModuleName;
  access: Access;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /**
   * Members of the body that the server takes as they are: credentials, which it encrypts, and addresses to scan, which
   * it refuses if they contain a secret. It masks secrets in all other texts of the body.
   */
  unmasked?: readonly string[];
  result: Result;
  /** Status on success; default 200. */
  status?: number;
  /** The body is a form (`application/x-www-form-urlencoded`), as OAuth’s own requests are. */
  form?: true;
  /** The body is one file, sent as multipart/form-data in the field `file`. */
  upload?: boolean;
  /** The response is a streamed file of one of these media types; `result` is a string. */
  download?: readonly string[];
  /** Sent with an entity tag, which callers that keep the result send back as `If-None-Match`. */
  tagged?: true;
  /** Honours `Idempotency-Key`. `shownOnce`: members of the result that a repeated request does not get. */
  idempotent?: { shownOnce: readonly string[] };
  /** The response is server-sent events; the data of each is the result. */
  events?: true;
}

export function endpoint<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Result extends z.ZodType = z.ZodType,
>(spec: Endpoint<Params, Query, Body, Result>): Endpoint<Params, Query, Body, Result> {
  return spec;
}

// biome-ignore lint/suspicious/noExplicitAny: stands for an endpoint of any shape in lists and registries
export type AnyEndpoint = Endpoint<any, any, any, any>;
