import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import { type AnyEndpoint, IDEMPOTENCY_KEY } from '../../../contract/endpoint.js';
import { Problem } from '../../../contract/problem.js';

type Schema = OpenAPIV3_1.SchemaObject;
type MediaType = OpenAPIV3_1.MediaTypeObject;

/** The OpenAPI 3.1 document of the endpoints, generated from their schemas. */
export function openApiDocument(
  endpoints: readonly AnyEndpoint[],
  version: string,
): OpenAPIV3_1.Document {
  const paths: OpenAPIV3_1.PathsObject = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'OffloadSecurity',
      version,
      description:
        'Scanner reports become findings, control status and framework posture. Errors are RFC 9457 problem documents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map((endpoint) => endpoint.module))].map((name) => ({ name })),
    paths,
    components: { schemas: { Problem: jsonSchema(Problem, 'output') } },
  };
}

function operation(endpoint: AnyEndpoint): OpenAPIV3_1.OperationObject {
  return {
    operationId: operationId(endpoint),
    tags: [endpoint.module],
    summary: endpoint.summary,
    description: [
      endpoint.description,
      endpoint.idempotent && REPEATABLE,
      endpoint.tagged && TAGGED,
      `Permission: ${endpoint.access}.`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
    ...requestBody(endpoint),
    responses: {
      [endpoint.status ?? 200]: {
        description: 'Success',
        ...(endpoint.tagged ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
        content: contentOf(endpoint),
      },
      ...(endpoint.tagged ? { 304: { description: 'As the caller has it' } } : {}),
      default: {
        description: 'A problem',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

const REPEATABLE = `Honours the header \`${IDEMPOTENCY_KEY}\`: for 24 hours, the same request with the same key gets the first answer, without secrets. Other contents with the key give 422, and 409 while the first request runs.`;
const TAGGED =
  'Has an `ETag`; with it in `If-None-Match`, the answer is 304 without a body while nothing changed.';

function contentOf({ download, events, result }: AnyEndpoint): Record<string, MediaType> {
  if (download) return Object.fromEntries(download.map((type) => [type, { schema: fileOf(type) }]));
  if (events) return { 'text/event-stream': { schema: { type: 'string' } } };
  return { 'application/json': { schema: jsonSchema(result, 'output') } };
}

/** Tools parse JSON and YAML before they look at the schema. */
function fileOf(mediaType: string): Schema {
  return /json$|yaml$/.test(mediaType) ? {} : { type: 'string', format: 'binary' };
}

function requestBody(endpoint: AnyEndpoint): Partial<OpenAPIV3_1.OperationObject> {
  if (endpoint.upload) {
    const file: Schema = { type: 'string', format: 'binary' };
    const schema: Schema = { type: 'object', required: ['file'], properties: { file } };
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } };
  }
  if (!endpoint.body) return {};
  const schema = jsonSchema(endpoint.body, 'input');
  const mediaType = endpoint.form ? 'application/x-www-form-urlencoded' : 'application/json';
  return { requestBody: { required: true, content: { [mediaType]: { schema } } } };
}

function parameters(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
): OpenAPIV3_1.ParameterObject[] {
  if (!schema) return [];
  const object = jsonSchema(schema, 'input');
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (object.required ?? []).includes(name),
    schema: property as OpenAPIV3_1.ParameterObject['schema'],
    ...('description' in property && property.description
      ? { description: property.description }
      : {}),
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as Schema;
}

/** `GET /api/frameworks/:frameworkId` → `getFrameworksByFrameworkId`: stable and unique, like the route. */
function operationId(endpoint: AnyEndpoint): string {
  const words = endpoint.path
    .replace('/api/', '')
    .split('/')
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part))
    .join('-');
  const camel = words.replace(/(?<![^A-Za-z0-9])[^A-Za-z0-9]+(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
  return endpoint.method.toLowerCase() + camel.charAt(0).toUpperCase() + camel.slice(1);
}
