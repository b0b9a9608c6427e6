import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import { refuseUnknownParameters } from './query-parameters.js';

/**
 * Serves `/api/openapi.json` and its documentation page at `/api/docs`. The document and the page are created by the
 * first request for them, so that they do not delay the start.
 */
export function addDocsPage(app: FastifyInstance, create: () => OpenAPIV3_1.Document): void {
  let document: OpenAPIV3_1.Document | undefined;
  let page: Promise<FastifyInstance> | undefined;
  const getDocument = () => {
    document ??= create();
    return document;
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    page ??= import('./swagger-page.js').then(({ swaggerPage }) => swaggerPage(getDocument()));
    const { statusCode, headers, rawPayload } = await (await page).inject(request.url);
    // The connection to the client has its own connection header.
    delete headers['content-length'];
    delete headers.connection;
    return reply.code(statusCode).headers(headers).send(rawPayload);
  };
  app.get('/api/openapi.json', async ({ query }) => {
    refuseUnknownParameters([], query);
    return getDocument();
  });
  app.get('/api/docs', answer);
  app.get('/api/docs/*', answer);
}
