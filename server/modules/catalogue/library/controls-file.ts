import { dump } from 'js-yaml';
import type { z } from 'zod';
import { plainIssue } from '../../../../contract/plain-issue.js';
import { parser } from '../../../platform/parsing/parser.js';
import { writeCsv } from '../../../platform/tables/write-csv.js';
import { CustomControl, LIMITS } from './custom-file.js';
import { type FileProblem, MAX_PROBLEMS } from './file-problems.js';
import { formatOf, type TextFile } from './framework-file.js';
import { readTable } from './read-table.js';
import { listOf, readTree, treeOf, unknownOf } from './read-tree.js';

interface ControlDraft {
  control: Record<keyof CustomControl, unknown>;
  at: string;
}

export interface CheckedControls {
  controls: CustomControl[];
  problems: FileProblem[];
  /** Names of columns and fields that are ignored. */
  notRead: string[];
}

/** Reads CSV, YAML or JSON; `checkControls` checks its content. */
export const controlsFile = parser('catalogue.controls-file', readControls);

export function readControls({ fileName, text }: TextFile): Drafts {
  return formatOf(fileName, text) === 'csv' ? fromCsv(text) : fromTree(fileName, text);
}

/** The custom controls of a file, with their problems. */
export function checkControls(
  { drafts, notRead }: Drafts,
  { domains, isTaken }: { domains: ReadonlySet<string>; isTaken: (id: string) => boolean },
): CheckedControls {
  const problems: FileProblem[] = [];
  if (drafts.length === 0) problems.push({ at: 'file', message: 'has no controls' });
  if (drafts.length > LIMITS.controls) {
    problems.push({ at: 'file', message: `has more than ${LIMITS.controls} controls` });
    return { controls: [], problems, notRead };
  }
  const places = new Map<string, string>();
  const controls = drafts.flatMap(({ control, at }) => {
    const read = CustomControl.safeParse(control, { error: plainIssue });
    if (!read.success) {
      problems.push(...read.error.issues.map((issue) => problemOf(issue, at)));
      return [];
    }
    const { id, domain } = read.data;
    const before = places.get(id);
    if (before) problems.push({ at, message: `has the id of ${before}` });
    else if (isTaken(id))
      problems.push({ at, message: `${id} is a control of the library already` });
    if (!domains.has(domain)) {
      const message = `there is no domain ${domain}; there are ${[...domains].join(', ')}`;
      problems.push({ at: `${at}, domain`, message });
    }
    places.set(id, at);
    return [read.data];
  });
  return { controls, problems: problems.slice(0, MAX_PROBLEMS), notRead };
}

function problemOf({ path, message }: z.core.$ZodIssue, at: string): FileProblem {
  return { at: path.length > 0 ? `${at}, ${path.map(String).join('.')}` : at, message };
}

interface Drafts {
  drafts: ControlDraft[];
  notRead: string[];
}

function fromTree(fileName: string, text: string): Drafts {
  const isJson = formatOf(fileName, text) === 'oscal';
  const tree = readTree(text.replace(/^\uFEFF/, ''), isJson ? 'json' : 'yaml');
  const items = Array.isArray(tree) ? tree : listOf(treeOf(tree).controls);
  const fields = items.flatMap((each) => Object.keys(treeOf(each)));
  const drafts = items.map((each, i) => {
    const { id, domain, title, intent, weight, kind, cadence, keywords, negative } = treeOf(each);
    const named = typeof id === 'string' ? ` (${id.slice(0, 40)})` : '';
    return {
      at: `controls[${i}]${named}`,
      control: {
        ...{ id, domain, title, intent, kind, cadence, keywords, negative },
        weight: numberOf(weight),
      },
    };
  });
  return { drafts, notRead: unknownOf(fields, COLUMNS) };
}

const COLUMNS = [
  'id',
  'domain',
  'title',
  'intent',
  'weight',
  'kind',
  'cadence',
  'keywords',
  'negative',
] as const;

function fromCsv(text: string): Drafts {
  const { rows, notRead } = readTable(text, COLUMNS, ['id', 'domain', 'title', 'intent']);
  const drafts = rows.map(({ line, cells }) => {
    const cell = (name: string) => cells[name]?.trim() || undefined;
    const words = (name: string) =>
      cell(name)
        ?.split(/[;\n]/)
        .map((word) => word.trim())
        .filter(Boolean);
    return {
      at: `line ${line}`,
      control: {
        id: cell('id'),
        domain: cell('domain'),
        title: cell('title'),
        intent: cell('intent'),
        weight: numberOf(cell('weight')),
        kind: cell('kind'),
        cadence: cell('cadence'),
        keywords: words('keywords'),
        negative: words('negative'),
      },
    };
  });
  return { drafts, notRead };
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
}

/** The controls as a file that reads back the same. */
export function writeControls(
  controls: readonly CustomControl[],
  format: 'yaml' | 'csv' | 'json',
): string {
  if (format === 'json') return `${JSON.stringify({ controls }, null, 2)}\n`;
  if (format === 'yaml') return dump({ controls }, { lineWidth: 100, noRefs: true });
  const rows = controls.map((control) =>
    COLUMNS.map((column) => {
      const value = control[column];
      return Array.isArray(value) ? value.join('; ') : String(value);
    }),
  );
  return writeCsv([COLUMNS, ...rows]);
}
