import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { type FastifyInstance, fastify } from 'fastify';
import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';

/** The documentation page of an API at `/api/docs`, to be called by `inject`. */
export async function swaggerPage(document: OpenAPIV3_1.Document): Promise<FastifyInstance> {
  const page = fastify();
  // The plugin's type covers 3.0 only; it passes a 3.1 document through.
  const specification = { document: document as unknown as OpenAPIV3.Document };
  await page.register(swagger, { mode: 'static', specification });
  await page.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true });
  return page;
}
