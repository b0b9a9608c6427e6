/** Problems of an OpenAPI 3.1 document, by the rules of the specification that matter to tools. */
export function openApiProblems(document: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const report = (where: string, what: string) => void problems.push(`${where}: ${what}`);
  if (!/^3\.1\.\d+$/.test(String(document.openapi))) report('openapi', 'is not 3.1');
  const info = asObject(document.info);
  for (const field of ['title', 'version']) if (!info[field]) report('info', `has no ${field}`);
  const operationIds = new Set<string>();
  for (const [path, item] of Object.entries(asObject(document.paths))) {
    if (!path.startsWith('/')) report(path, 'does not begin with /');
    for (const [method, value] of Object.entries(asObject(item))) {
      const where = `${method.toUpperCase()} ${path}`;
      if (!METHODS.includes(method)) report(where, 'is not an HTTP method');
      checkOperation(where, path, asObject(value), operationIds, report);
    }
  }
  checkSchemas('#', document, document, report);
  return problems;
}

type Report = (where: string, what: string) => void;
type Json = Record<string, unknown>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'];
const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

function checkOperation(
  where: string,
  path: string,
  it: Json,
  ids: Set<string>,
  report: Report,
): void {
  const id = String(it.operationId ?? '');
  if (!/^[A-Za-z]\w*$/.test(id)) report(where, `operationId “${id}” is not an identifier`);
  if (ids.has(id)) report(where, `operationId ${id} is taken`);
  ids.add(id);
  if (!it.summary) report(where, 'has no summary');
  if (!Array.isArray(it.tags) || it.tags.length === 0) report(where, 'has no tag');
  const responses = Object.entries(asObject(it.responses));
  if (!responses.some(([status]) => /^2\d\d$/.test(status)))
    report(where, 'has no success response');
  for (const [status, response] of responses) {
    if (!asObject(response).description) report(where, `response ${status} has no description`);
    // “Not modified” has none by RFC 9110.
    if (status !== '304') checkContent(`${where} response ${status}`, asObject(response), report);
  }
  if (it.requestBody !== undefined) checkContent(`${where} body`, asObject(it.requestBody), report);
  const parameters = (it.parameters ?? []) as Json[];
  const named = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
  if (new Set(named).size < named.length) report(where, 'declares a parameter twice');
  for (const parameter of parameters) {
    if (!parameter.schema) report(where, `parameter ${parameter.name} has no schema`);
    if (parameter.in === 'path' && parameter.required !== true) {
      report(where, `path parameter ${parameter.name} is not required`);
    }
  }
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => `path ${match[1]}`).sort();
  const declared = named.filter((name) => name.startsWith('path ')).sort();
  if (inPath.join() !== declared.join())
    report(where, `path has [${inPath}], declared [${declared}]`);
}

function checkContent(where: string, holder: Json, report: Report): void {
  const content = Object.entries(asObject(holder.content));
  if (content.length === 0) report(where, 'has no content');
  for (const [type, media] of content) {
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) report(where, `“${type}” is not a media type`);
    if (asObject(media).schema === undefined) report(where, 'has no schema');
  }
}

/** Checks that every reference resolves and every type exists. */
function checkSchemas(where: string, value: unknown, document: Json, report: Report): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const at = `${where}/${name}`;
    if (name === '$ref' && !resolves(String(inner), document)) report(at, `${inner} is missing`);
    const isType = name === 'type' && (typeof inner === 'string' || Array.isArray(inner));
    if (isType && [inner].flat().some((type) => !TYPES.includes(String(type)))) {
      report(at, `${inner} is not a type`);
    }
    checkSchemas(at, inner, document, report);
  }
}

function resolves(reference: string, document: Json): boolean {
  if (!reference.startsWith('#/')) return false;
  const steps = reference.slice(2).split('/');
  const found = steps.reduce<unknown>((at, step) => asObject(at)[step], document);
  return found !== undefined;
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
