/** What is wrong with an OpenAPI 3.1 document, by the rules of its specification that tools trip over. */
export function openApiProblems(document: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const say = (where: string, what: string) => void problems.push(`${where}: ${what}`);
  if (!/^3\.1\.\d+$/.test(String(document.openapi))) say('openapi', 'is not 3.1');
  const info = asObject(document.info);
  for (const field of ['title', 'version']) if (!info[field]) say('info', `has no ${field}`);
  const operationIds = new Set<string>();
  for (const [path, item] of Object.entries(asObject(document.paths))) {
    if (!path.startsWith('/')) say(path, 'does not begin with /');
    for (const [method, value] of Object.entries(asObject(item))) {
      const where = `${method.toUpperCase()} ${path}`;
      if (!METHODS.includes(method)) say(where, 'is no method');
      checkOperation(where, path, asObject(value), operationIds, say);
    }
  }
  checkSchemas('#', document, document, say);
  return problems;
}

type Say = (where: string, what: string) => void;
type Json = Record<string, unknown>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'];
const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

function checkOperation(where: string, path: string, it: Json, ids: Set<string>, say: Say): void {
  const id = String(it.operationId ?? '');
  if (!/^[A-Za-z]\w*$/.test(id)) say(where, `operationId “${id}” is no identifier`);
  if (ids.has(id)) say(where, `operationId ${id} is taken`);
  ids.add(id);
  if (!it.summary) say(where, 'has no summary');
  if (!Array.isArray(it.tags) || it.tags.length === 0) say(where, 'has no tag');
  const responses = Object.entries(asObject(it.responses));
  if (!responses.some(([status]) => /^2\d\d$/.test(status))) say(where, 'has no good response');
  for (const [status, response] of responses) {
    if (!asObject(response).description) say(where, `response ${status} has no description`);
    checkContent(`${where} response ${status}`, asObject(response), say);
  }
  if (it.requestBody !== undefined) checkContent(`${where} body`, asObject(it.requestBody), say);
  const parameters = (it.parameters ?? []) as Json[];
  const named = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
  if (new Set(named).size < named.length) say(where, 'declares a parameter twice');
  for (const parameter of parameters) {
    if (!parameter.schema) say(where, `parameter ${parameter.name} has no schema`);
    if (parameter.in === 'path' && parameter.required !== true) {
      say(where, `path parameter ${parameter.name} is not required`);
    }
  }
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => `path ${match[1]}`).sort();
  const declared = named.filter((name) => name.startsWith('path ')).sort();
  if (inPath.join() !== declared.join()) say(where, `path has [${inPath}], declared [${declared}]`);
}

function checkContent(where: string, holder: Json, say: Say): void {
  const content = Object.entries(asObject(holder.content));
  if (content.length === 0) say(where, 'has no content');
  for (const [type, media] of content) {
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) say(where, `“${type}” is no media type`);
    if (asObject(media).schema === undefined) say(where, 'has no schema');
  }
}

/** Every reference leads somewhere, and no type is made up. */
function checkSchemas(where: string, value: unknown, document: Json, say: Say): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const at = `${where}/${name}`;
    if (name === '$ref' && !leadsSomewhere(String(inner), document)) say(at, `${inner} is missing`);
    const isType = name === 'type' && (typeof inner === 'string' || Array.isArray(inner));
    if (isType && [inner].flat().some((type) => !TYPES.includes(String(type)))) {
      say(at, `${inner} is no type`);
    }
    checkSchemas(at, inner, document, say);
  }
}

function leadsSomewhere(reference: string, document: Json): boolean {
  if (!reference.startsWith('#/')) return false;
  const steps = reference.slice(2).split('/');
  const found = steps.reduce<unknown>((at, step) => asObject(at)[step], document);
  return found !== undefined;
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
