import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../../contract/problem.js';
import { AppError } from '../errors.js';
import type { Metrics } from '../metrics/metrics.js';
import { ParserFaultError } from '../parsing/unreadable.js';

const CODES: Readonly<Record<number, string>> = {
  404: 'not_found',
  413: 'too_large',
  414: 'too_long',
  415: 'unsupported_media_type',
};

/** Returns any error as an RFC 9457 problem document; an error that is not an AppError is logged and becomes a 500. */
export function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  metrics: Metrics,
  mask: (text: string) => string = String,
): FastifyReply {
  const route = request.routeOptions?.url ?? 'unknown';
  if (error instanceof AppError) {
    const { status, code, message } = error;
    if (status >= 500) metrics.requestFailed(route, code);
    if (error instanceof ParserFaultError)
      request.log.error({ fault: error.fault }, 'parser failed');
    const { retryAfterSeconds } = error.details;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    const errors = fieldErrors(error)?.map((each) => ({ ...each, message: mask(each.message) }));
    return sendProblem(reply, request, status, code, mask(message), errors);
  }
  // Fastify's own errors carry the status of client errors.
  const { statusCode: status = 500, message = '' } =
    error instanceof Error ? (error as FastifyError) : {};
  if (status >= 400 && status < 500) {
    return sendProblem(reply, request, status, CODES[status] ?? 'bad_request', message);
  }
  request.log.error({ err: error }, 'request failed');
  metrics.requestFailed(route, 'internal');
  const detail = 'Internal error. The server log has the details under this request id.';
  return sendProblem(reply, request, 500, 'internal', detail);
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  status: number,
  code: string,
  detail: string,
  errors?: Problem['errors'],
): FastifyReply {
  return reply
    .status(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(problemOf(status, code, detail, request.id, errors));
}

export function problemOf(
  status: number,
  code: string,
  detail: string,
  requestId: string,
  errors?: Problem['errors'],
): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    ...{ title, status, detail, code, ...(errors ? { errors } : {}), requestId },
  };
}

function fieldErrors(error: AppError): Problem['errors'] {
  const { errors } = error.details;
  return Array.isArray(errors) ? (errors as Problem['errors']) : undefined;
}
