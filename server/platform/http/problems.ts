import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../../contract/problem.js';
import { AppError } from '../errors.js';
import type { Metrics } from '../metrics/metrics.js';

/** Answers every error as an RFC 9457 problem document; what is not an AppError is logged whole and told as 500. */
export function answerProblems(app: FastifyInstance, metrics: Metrics): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    if (error instanceof AppError) {
      if (error.status >= 500) metrics.requestFailed(route, error.code);
      return sendProblem(
        reply,
        request,
        error.status,
        error.code,
        error.message,
        fieldErrors(error),
      );
    }
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (status < 500) {
      const code =
        status === 413 ? 'too_large' : status === 415 ? 'unsupported_media_type' : 'bad_request';
      return sendProblem(reply, request, status, code, error.message);
    }
    request.log.error({ err: error }, 'request failed');
    metrics.requestFailed(route, 'internal');
    return sendProblem(
      reply,
      request,
      500,
      'internal',
      'Something went wrong on our side. The log has the details under this request id.',
    );
  });
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  status: number,
  code: string,
  detail: string,
  errors?: Problem['errors'],
): FastifyReply {
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(errors ? { errors } : {}),
    requestId: request.id,
  };
  return reply.status(status).type('application/problem+json').send(problem);
}

function fieldErrors(error: AppError): Problem['errors'] {
  const { errors } = error.details;
  return Array.isArray(errors) ? (errors as Problem['errors']) : undefined;
}
