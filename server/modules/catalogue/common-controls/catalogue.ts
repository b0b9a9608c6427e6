import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Relation } from '../../../../contract/compliance.js';
import { built, packageRoot } from '../../../package-root.js';
import { ControlsFile, DomainsFile, FrameworkFile } from './catalogue-file.js';
import { readYaml } from './read-yaml.js';

/** A control of the shipped library, or one that a team added. */
export interface Control {
  id: string;
  /** Code of its domain: `IAC`. */
  domain: string;
  title: string;
  intent: string;
  /** 1–10. */
  weight: number;
  kind: ControlsFile['controls'][number]['kind'];
  cadence: ControlsFile['controls'][number]['cadence'];
  keywords: readonly string[];
  /** Words in a check's text that count against this control. */
  negative: readonly string[];
  /** Shown with its text when the text is not ours. */
  attribution?: string;
}

export interface Domain {
  code: string;
  name: string;
  /** The control for findings with a known domain only. */
  umbrella: string;
  /** Service names of scanners that belong mainly to this domain; a service may be in several. */
  services: readonly string[];
  keywords: readonly string[];
}

/** An edge from a requirement to a control, written by a person. */
export interface Edge {
  controlId: string;
  relation: Relation;
  method: 'curated' | 'import';
}

export interface Requirement {
  id: string;
  section: string;
  title: string;
  /** A person must attest the part that the controls do not cover. */
  attestation: boolean;
  /** What tools find concerns it first, even where a person attests the rest. */
  tools?: true;
  controls: readonly Edge[];
  /** False: not an obligation of the team. It is listed, and left out of every figure. */
  counted?: false;
  /** Ids that earlier releases of the library used for it. */
  formerly?: readonly string[];
}

/** Whether it binds the team, and so counts in scores, gaps and shares. */
export const isCounted = ({ counted }: Requirement): boolean => counted !== false;

export interface Framework {
  id: string;
  name: string;
  version: string;
  publisher: string;
  about: string;
  /** Which publication the ids are of, its ISO date, and how many requirements it has. */
  source?: FrameworkFile['source'];
  sections: readonly { id: string; title: string }[];
  requirements: readonly Requirement[];
  /** Shown with it when its edges are not ours. */
  attribution?: string;
}

export interface RequirementEdge {
  framework: Framework;
  requirement: Requirement;
  relation: Relation;
}

/** Controls, domains and frameworks, with lookups. Immutable. */
export class Catalogue {
  readonly controls: ReadonlyMap<string, Control>;
  readonly domains: ReadonlyMap<string, Domain>;
  readonly frameworks: ReadonlyMap<string, Framework>;
  /** sha256 over the files: changes when anything in the library does. */
  readonly version: string;
  readonly #edges = new Map<string, RequirementEdge[]>();
  readonly #requirements = new Map<string, Map<string, Requirement>>();

  constructor(parts: {
    controls: readonly Control[];
    domains: readonly Domain[];
    frameworks: readonly Framework[];
    version: string;
  }) {
    this.controls = new Map(parts.controls.map((control) => [control.id, control]));
    this.domains = new Map(parts.domains.map((domain) => [domain.code, domain]));
    this.frameworks = new Map(parts.frameworks.map((framework) => [framework.id, framework]));
    this.version = parts.version;
    for (const framework of parts.frameworks) this.#indexFramework(framework);
  }

  /** The same library with these frameworks only. Same version, because control states do not depend on frameworks. */
  with(frameworks: readonly Framework[]): Catalogue {
    const { version } = this;
    const controls = [...this.controls.values()];
    return new Catalogue({ controls, domains: [...this.domains.values()], frameworks, version });
  }

  /** The requirements that a control serves, in the frameworks' order. */
  requirementsOf(controlId: string): readonly RequirementEdge[] {
    return this.#edges.get(controlId) ?? [];
  }

  /** A former id finds the requirement too. */
  requirement(frameworkId: string, requirementId: string): Requirement | undefined {
    return this.#requirements.get(frameworkId)?.get(requirementId);
  }

  #indexFramework(framework: Framework): void {
    const byId = new Map<string, Requirement>();
    for (const requirement of framework.requirements) {
      byId.set(requirement.id, requirement);
      for (const former of requirement.formerly ?? []) byId.set(former, requirement);
      for (const { controlId, relation } of requirement.controls) {
        const edges = this.#edges.get(controlId) ?? [];
        edges.push({ framework, requirement, relation });
        this.#edges.set(controlId, edges);
      }
    }
    this.#requirements.set(framework.id, byId);
  }
}

/** The library as JSON, written by `npm run build`, so that a start need not read YAML. */
export const COMPILED = built('catalogue.json');

/**
 * Reads the library from its YAML files. Everything is validated; an error names file and entry. Where the
 * compiled library comes from exactly these files it is used instead: it was validated at build time.
 */
export function loadCatalogue(
  folder = join(packageRoot, 'catalogue'),
  { compiled = COMPILED }: { compiled?: string | null } = {},
): Catalogue {
  const hash = createHash('sha256');
  const texts = filesOf(folder).map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    hash.update(file).update('\0').update(text).update('\0');
    return { file, text };
  });
  const version = hash.digest('hex');
  const known = compiled === null ? null : readCompiled(compiled, version);
  if (known) return new Catalogue({ ...known, version });
  const parts: CatalogueParts = { domains: [], controls: [], frameworks: [] };
  for (const { file, text } of texts) {
    if (file.startsWith('controls/')) {
      parts.controls.push(...controlsOf(parse(file, text, ControlsFile)));
    } else if (file.startsWith('frameworks/')) {
      parts.frameworks.push(frameworkOf(parse(file, text, FrameworkFile)));
    } else parts.domains.push(...parse(file, text, DomainsFile));
  }
  return new Catalogue({ ...parts, version });
}

let shipped: Catalogue | undefined;

/** The library of this build. It is immutable, so all cores of a process share it. */
export function shippedCatalogue(): Catalogue {
  shipped ??= loadCatalogue();
  return shipped;
}

interface CatalogueParts {
  domains: Domain[];
  controls: Control[];
  frameworks: Framework[];
}

/** The format of `readCompiled`: the version on the first line, then the parts. */
export function compiledText({ version, domains, controls, frameworks }: Catalogue): string {
  const parts: CatalogueParts = {
    domains: [...domains.values()],
    controls: [...controls.values()],
    frameworks: [...frameworks.values()],
  };
  return `${version}\n${JSON.stringify(parts)}\n`;
}

/** Null when it is missing, unreadable, or made from other files. */
function readCompiled(file: string, version: string): CatalogueParts | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  if (!text.startsWith(`${version}\n`)) return null;
  try {
    return JSON.parse(text.slice(version.length + 1)) as CatalogueParts;
  } catch {
    return null;
  }
}

function filesOf(folder: string): string[] {
  return ['domains.yaml', ...yamlFiles(folder, 'controls'), ...yamlFiles(folder, 'frameworks')];
}

function yamlFiles(folder: string, sub: string): string[] {
  const names = readdirSync(join(folder, sub)).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => `${sub}/${name}`);
}

function parse<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const data = readYaml(file, text);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5);
  const problems = issues.map(({ path, message }) => `${entryAt(data, path)}: ${message}`);
  throw new Error(`${file}: ${problems.join('; ')}`);
}

/** The place of a mistake, with the entry's own id where it has one: `controls[3] (IAC-06).weight`. */
function entryAt(data: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = data;
  let place = '';
  for (const key of path) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
    const id = typeof at === 'object' && at !== null ? Reflect.get(at, 'id') : undefined;
    place += typeof key === 'number' ? `[${key}]` : `${place === '' ? '' : '.'}${String(key)}`;
    if (typeof id === 'string') place += ` (${id})`;
  }
  return place;
}

function controlsOf(file: ControlsFile): Control[] {
  return file.controls.map((control) => ({
    ...control,
    domain: file.domain,
    negative: control.negative ?? [],
  }));
}

function frameworkOf(file: FrameworkFile): Framework {
  return {
    ...file,
    requirements: file.requirements.map(({ controls, ...requirement }) => ({
      ...requirement,
      controls: Object.entries(controls).map(([controlId, relation]) => ({
        controlId,
        relation,
        method: 'curated',
      })),
    })),
  };
}
