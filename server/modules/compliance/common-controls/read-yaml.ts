import { JSON_SCHEMA, load } from 'js-yaml';

/**
 * Reads YAML with the JSON schema, so that no text turns into a date or a yes. Two thirds of the
 * library are requirements, one line each; those lines are read by one pattern, which halves the time
 * the library takes to load, and what does not fit it sends the whole file to the YAML parser.
 */
export function readYaml(file: string, text: string): unknown {
  const [head, body] = text.split(REQUIREMENTS, 2);
  const requirements = head === undefined || body === undefined ? null : requirementsIn(body);
  if (requirements === null) return parse(file, text);
  const framework = parse(file, head ?? '');
  return typeof framework === 'object' ? { ...framework, requirements } : parse(file, text);
}

const REQUIREMENTS = '\nrequirements:\n';
/** Quoted without escapes, or plain and certainly text. */
const SCALAR = '("[^"\\\\]*"|[A-Za-z][^,:#{}[\\]"]*)';
const LINE = new RegExp(
  `^  - \\{ id: ${SCALAR}, section: ${SCALAR}, title: ${SCALAR}` +
    '(?:, (?:groups|baselines): \\[[\\w, ]*\\])?' +
    ', attestation: (true|false), controls: \\{ (?:([^{}"]+) )?\\} \\}$',
);
const EDGE = /^([A-Z]{3}-\d[\d.]*): ([a-z]+)$/;

/** Null when a line does not fit. */
function requirementsIn(body: string): object[] | null {
  const requirements: object[] = [];
  for (const line of body.trimEnd().split('\n')) {
    const [, id, section, title, attestation, edges] = LINE.exec(line) ?? [];
    const controls = edgesIn(edges ?? '');
    if (id === undefined || section === undefined || title === undefined || controls === null) {
      return null;
    }
    requirements.push({
      id: textOf(id),
      section: textOf(section),
      title: textOf(title),
      attestation: attestation === 'true',
      controls,
    });
  }
  return requirements;
}

function edgesIn(edges: string): Record<string, string> | null {
  const controls: Record<string, string> = {};
  for (const edge of edges === '' ? [] : edges.split(', ')) {
    const [, controlId, relation] = EDGE.exec(edge) ?? [];
    if (controlId === undefined || relation === undefined || controlId in controls) return null;
    controls[controlId] = relation;
  }
  return controls;
}

function textOf(scalar: string): string {
  return scalar.startsWith('"') ? scalar.slice(1, -1) : scalar.trimEnd();
}

function parse(file: string, text: string): unknown {
  try {
    return load(text, { filename: file, schema: JSON_SCHEMA });
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : 'not YAML'}`, { cause });
  }
}
