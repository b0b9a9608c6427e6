import { dump } from 'js-yaml';
import { parser } from '../../../platform/parsing/parser.js';
import { writeCsv } from '../../../platform/tables/write-csv.js';
import type { CustomFramework, FrameworkDraft, RequirementDraft } from './custom-file.js';
import { rejected } from './file-problems.js';
import { readOscalCatalog } from './oscal-catalog.js';
import { readTable } from './read-table.js';
import { listOf, readTree, type Tree, treeOf, unknownOf } from './read-tree.js';

export const FORMATS = ['yaml', 'csv', 'oscal'] as const;
export type FileFormat = (typeof FORMATS)[number];

/** By the file name, else by the start of the text. */
export function formatOf(fileName: string, text: string): FileFormat {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (/^\s*[{[]/.test(text.slice(0, 1_000)) && ending !== 'yaml' && ending !== 'yml')
    return 'oscal';
  if (['csv', 'tsv', 'txt'].includes(ending)) return 'csv';
  return 'yaml';
}

/** A text file as uploaded. */
export interface TextFile {
  fileName: string;
  text: string;
}

export const frameworkFile = parser('catalogue.framework-file', ({ fileName, text }: TextFile) =>
  readFrameworkFile(fileName, text),
);

/** Reads the file's structure; `checkFramework` checks its content. */
export function readFrameworkFile(fileName: string, text: string): FrameworkDraft {
  const format = formatOf(fileName, text);
  if (format === 'csv') return readCsv(text);
  if (/^\s*</.test(text)) {
    throw rejected([{ at: 'file', message: 'is XML; of OSCAL catalogs JSON and YAML are read' }]);
  }
  const tree = treeOf(readTree(text.replace(/^\uFEFF/, ''), format === 'oscal' ? 'json' : 'yaml'));
  const other = OTHER_MODELS.find((model) => model in tree);
  if (other !== undefined) {
    const message = `is an OSCAL ${other}; only a catalog lists requirements (a profile can be resolved into one)`;
    throw rejected([{ at: 'file', message }]);
  }
  return 'catalog' in tree ? readOscalCatalog(tree) : readOwn(tree);
}

/** Other OSCAL models, by the name that a document starts with. */
const OTHER_MODELS = [
  'profile',
  'component-definition',
  'system-security-plan',
  'assessment-plan',
  'assessment-results',
  'plan-of-action-and-milestones',
  'mapping-collection',
];

const HEAD = ['id', 'name', 'version', 'publisher', 'about', 'sections', 'requirements'] as const;
const REQUIREMENT = ['id', 'section', 'title', 'attestation', 'parameter', 'controls'];

function readOwn(tree: Tree): FrameworkDraft {
  const { id, name, version, publisher, about, sections, requirements } = tree;
  const requirementKeys = listOf(requirements).flatMap((each) => Object.keys(treeOf(each)));
  return {
    notRead: [...unknownOf(Object.keys(tree), HEAD), ...unknownOf(requirementKeys, REQUIREMENT)],
    head: { id, name, version, publisher, about },
    sections: listOf(sections).map((each) => {
      const section = treeOf(each);
      return { id: section.id, title: section.title ?? section.id };
    }),
    requirements: listOf(requirements).map((each, i): RequirementDraft => {
      const requirement = treeOf(each);
      const named = typeof requirement.id === 'string' ? ` (${requirement.id.slice(0, 80)})` : '';
      return {
        id: requirement.id,
        section: requirement.section,
        title: requirement.title,
        attestation: booleanOf(requirement.attestation),
        ...limitsOf(requirement.parameter),
        controls: edgesOf(requirement.controls),
        at: `requirements[${i}]${named}`,
      };
    }),
  };
}

/** `{ passwordMinLength: { min: 12 } }`; YAML is read as text. */
function limitsOf(parameter: unknown): Pick<RequirementDraft, 'parameter'> {
  if (parameter === undefined) return {};
  const limits = Object.entries(treeOf(parameter)).map(([name, limit]) => [
    name,
    Object.fromEntries(
      Object.entries(treeOf(limit)).map(([bound, value]) => [bound, Number(value)]),
    ),
  ]);
  return { parameter: Object.fromEntries(limits) };
}

/** `{ IAC-06: subset }`, or a list of ids, which then intersect. */
function edgesOf(controls: unknown): RequirementDraft['controls'] {
  if (Array.isArray(controls)) {
    return controls.map((controlId) => ({ controlId, relation: 'intersects' }));
  }
  return Object.entries(treeOf(controls)).map(([controlId, relation]) => ({
    controlId,
    relation: relation || 'intersects',
  }));
}

const COLUMNS = [
  'framework',
  'framework_name',
  'version',
  'publisher',
  'about',
  'section',
  'section_title',
  'id',
  'title',
  'attestation',
  'controls',
  'numbers',
] as const;

function readCsv(text: string): FrameworkDraft {
  const { rows, notRead } = readTable(text, COLUMNS, ['id', 'title']);
  const first = (column: string) =>
    rows.find(({ cells }) => cells[column]?.trim())?.cells[column]?.trim();
  const sections = new Map<string, string>();
  const requirements = rows.map(({ line, cells }): RequirementDraft => {
    const section = cells.section?.trim() || undefined;
    const title = cells.section_title?.trim();
    if (section && (title || !sections.has(section))) sections.set(section, title || section);
    return {
      id: cells.id,
      section,
      title: cells.title,
      attestation: booleanOf(cells.attestation),
      ...numbersOf(cells.numbers),
      controls: (cells.controls ?? '')
        .split(/[;,\s]+/)
        .filter(Boolean)
        .map((edge) => {
          const [controlId, relation = 'intersects'] = edge.split(':');
          return { controlId, relation: relation.toLowerCase() };
        }),
      at: `line ${line}`,
    };
  });
  return {
    head: {
      id: first('framework'),
      name: first('framework_name'),
      version: first('version'),
      publisher: first('publisher'),
      about: first('about'),
    },
    sections: [...sections].map(([id, title]) => ({ id, title })),
    requirements,
    notRead,
  };
}

/** `passwordMinLength>=12; passwordMaxAge<=90`; what does not fit is kept, so that the check rejects it. */
function numbersOf(cell = ''): Pick<RequirementDraft, 'parameter'> {
  const asked = cell.split(/[;,]/).filter((each) => each.trim() !== '');
  if (asked.length === 0) return {};
  const limits = asked.map((each) => {
    const [, name = each.trim(), bound, value] = NUMBER.exec(each) ?? [];
    return [name, bound === undefined ? each : { [bound === '>=' ? 'min' : 'max']: Number(value) }];
  });
  return { parameter: Object.fromEntries(limits) };
}

const NUMBER = /^\s*([a-z][A-Za-z]*)\s*(>=|<=)\s*(\d+(?:\.\d+)?)\s*$/;

/** True, false or undefined; anything else is kept, so that the check rejects it. */
function booleanOf(cell: unknown = ''): unknown {
  if (typeof cell !== 'string') return cell;
  const word = cell.trim().toLowerCase();
  if (word === '') return undefined;
  if (['yes', 'true', '1'].includes(word)) return true;
  return ['no', 'false', '0'].includes(word) ? false : cell;
}

function numbersText(parameter: CustomFramework['requirements'][number]['parameter'] = {}): string {
  return Object.entries(parameter)
    .map(([name, limit]) => ('min' in limit ? `${name}>=${limit.min}` : `${name}<=${limit.max}`))
    .join('; ');
}

/** The framework as a file that reads back the same. */
export function writeFramework(framework: CustomFramework, format: 'yaml' | 'csv'): string {
  const { sections, requirements, ...head } = framework;
  if (format === 'yaml') {
    const written = requirements.map(({ controls, ...requirement }) => ({
      ...requirement,
      controls: Object.fromEntries(
        controls.map(({ controlId, relation }) => [controlId, relation]),
      ),
    }));
    return dump({ ...head, sections, requirements: written }, { lineWidth: 100, noRefs: true });
  }
  const titles = new Map(sections.map(({ id, title }) => [id, title]));
  const rows = requirements.map(({ id, section, title, attestation, parameter, controls }, i) => [
    // Once is enough: an empty cell repeats the line above.
    ...(i === 0
      ? [head.id, head.name, head.version, head.publisher, head.about]
      : ['', '', '', '', '']),
    section,
    titles.get(section) ?? section,
    id,
    title,
    attestation ? 'yes' : 'no',
    controls.map(({ controlId, relation }) => `${controlId}:${relation}`).join('; '),
    numbersText(parameter),
  ]);
  return writeCsv([COLUMNS, ...rows]);
}
