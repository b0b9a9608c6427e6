import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';
import { refuseUnknownParameters } from './query-parameters.js';

/** Serves `/api/openapi.json` and its documentation page at `/api/docs`. */
export async function addDocsPage(
  app: FastifyInstance,
  document: OpenAPIV3_1.Document,
): Promise<void> {
  app.get('/api/openapi.json', async ({ query }) => {
    refuseUnknownParameters([], query);
    return document;
  });
  // The plugin's type covers 3.0 only; it passes a 3.1 document through.
  const specification = { document: document as unknown as OpenAPIV3.Document };
  await app.register(swagger, { mode: 'static', specification });
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true });
}
