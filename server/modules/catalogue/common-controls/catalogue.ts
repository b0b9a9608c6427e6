import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Relation } from '../../../../contract/compliance.js';
import { built, packageRoot } from '../../../package-root.js';
import { type CheckList, KnownChecks } from '../proof/known-checks.js';
import { type Proof, proofOf } from '../proof/proof.rules.js';
import { webChecks } from '../proof/web-checks.js';
import {
  ControlsFile,
  DomainsFile,
  FrameworkFile,
  type Limit,
  ParametersFile,
} from './catalogue-file.js';
import { parseFile } from './parse-file.js';

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
  /** What scans must show to prove it; left out where they prove no more than parts. */
  proof?: Proof;
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

/** What a number means that requirements ask for. */
export type Parameter = z.infer<typeof ParametersFile>[number];

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
  /** The numbers that it asks for, by parameter. */
  parameter?: Readonly<Record<string, Limit>>;
  controls: readonly Edge[];
  /** False: not an obligation of the team. It is listed, and left out of every figure. */
  counted?: false;
  /** Ids that earlier releases of the library used for it. */
  formerly?: readonly string[];
}

export interface Framework {
  id: string;
  name: string;
  version: string;
  publisher: string;
  about: string;
  /** Which publication the ids are of, its ISO date, and how many requirements it has. */
  source?: FrameworkFile['source'];
  supersededBy?: string;
  moves?: FrameworkFile['moves'];
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
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** sha256 over the files: changes when anything in the library does. */
  readonly version: string;
  /** The checks that releases of the tools have. */
  readonly checks: KnownChecks;
  readonly #edges = new Map<string, RequirementEdge[]>();
  readonly #requirements = new Map<string, Map<string, Requirement>>();

  constructor(parts: {
    controls: readonly Control[];
    domains: readonly Domain[];
    frameworks: readonly Framework[];
    parameters?: readonly Parameter[];
    version: string;
    checks?: KnownChecks;
  }) {
    this.controls = new Map(parts.controls.map((control) => [control.id, control]));
    this.domains = new Map(parts.domains.map((domain) => [domain.code, domain]));
    this.frameworks = new Map(parts.frameworks.map((framework) => [framework.id, framework]));
    this.parameters = new Map((parts.parameters ?? []).map((each) => [each.id, each]));
    this.version = parts.version;
    this.checks = parts.checks ?? new KnownChecks();
    for (const framework of parts.frameworks) this.#indexFramework(framework);
  }

  /** The same library with these frameworks only. Same version, because control states do not depend on frameworks. */
  with(frameworks: readonly Framework[]): Catalogue {
    const { version, checks } = this;
    const parts = partsOf(this);
    return new Catalogue({ ...parts, frameworks, version, checks });
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
  const checks = new KnownChecks([webChecks, ...texts.flatMap(checkListOf)]);
  const known = compiled === null ? null : readCompiled(compiled, version);
  if (known) return new Catalogue({ ...known, version, checks });
  const parts: CatalogueParts = { domains: [], controls: [], frameworks: [], parameters: [] };
  for (const { file, text } of texts) {
    if (file.startsWith('checks/')) continue;
    if (file.startsWith('controls/')) {
      parts.controls.push(...controlsOf(file, parseFile(file, text, ControlsFile), checks));
    } else if (file.startsWith('frameworks/')) {
      parts.frameworks.push(frameworkOf(parseFile(file, text, FrameworkFile)));
    } else if (file === PARAMETERS) {
      parts.parameters.push(...parseFile(file, text, ParametersFile));
    } else parts.domains.push(...parseFile(file, text, DomainsFile));
  }
  rejectUnknownParameters(parts);
  return new Catalogue({ ...parts, version, checks });
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
  parameters: Parameter[];
}

/** The format of `readCompiled`: the version on the first line, then the parts. */
export function compiledText(catalogue: Catalogue): string {
  return `${catalogue.version}\n${JSON.stringify(partsOf(catalogue))}\n`;
}

function partsOf({ domains, controls, frameworks, parameters }: Catalogue): CatalogueParts {
  return {
    domains: [...domains.values()],
    controls: [...controls.values()],
    frameworks: [...frameworks.values()],
    parameters: [...parameters.values()],
  };
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

const PARAMETERS = 'parameters.yaml';

function rejectUnknownParameters({ frameworks, parameters }: CatalogueParts): void {
  const known = new Set(parameters.map(({ id }) => id));
  for (const { id: frameworkId, requirements } of frameworks) {
    for (const { id, parameter = {} } of requirements) {
      const unknown = Object.keys(parameter).find((each) => !known.has(each));
      if (unknown) throw new Error(`${frameworkId}: ${id}: there is no parameter ${unknown}`);
    }
  }
}

function filesOf(folder: string): string[] {
  return [
    'domains.yaml',
    ...(existsSync(join(folder, PARAMETERS)) ? [PARAMETERS] : []),
    ...filesIn(folder, 'controls', '.yaml'),
    ...filesIn(folder, 'frameworks', '.yaml'),
    ...filesIn(folder, 'checks', '.txt'),
  ];
}

function filesIn(folder: string, sub: string, ending: string): string[] {
  const names = readdirSync(join(folder, sub)).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => `${sub}/${name}`);
}

function checkListOf({ file, text }: { file: string; text: string }): CheckList[] {
  const name = /^checks\/(.+)\.txt$/.exec(file)?.[1];
  return name === undefined ? [] : [{ name, text }];
}

function controlsOf(name: string, file: ControlsFile, checks: KnownChecks): Control[] {
  const all: string[] = [];
  const controls = file.controls.map(({ proof, ...control }): Control => {
    const problems: string[] = [];
    const read = { ...control, domain: file.domain, negative: control.negative ?? [] };
    const found = proof && proofOf(proof, checks, problems);
    all.push(...problems.map((problem) => `${control.id}.${problem}`));
    return found ? { ...read, proof: found } : read;
  });
  if (all.length > 0) throw new Error(`${name}: ${all.join('; ')}`);
  return controls;
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
