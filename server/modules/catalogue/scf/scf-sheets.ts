import { idsIn, looseKey, normalised } from './scf-columns.rules.js';
import type { ScfDomain, ScfEntry, ScfObjective } from './scf-model.js';
import { readTable } from './scf-table.js';
import type { ScfWarnings } from './scf-warnings.js';
import type { Workbook } from './workbook/workbook.js';

/** The row of the sources sheet for a framework's column. */
export interface ScfSource {
  header: string;
  fdi: string | null;
  name: string | null;
  publisher: string | null;
  version: string | null;
  geography: string | null;
  url: string | null;
}

/** The sheets beside the main one, found by their names' beginnings: releases rename and number them. */
export const SHEETS = {
  domains: /^(scf )?domains\b/i,
  sources: /^(authoritative sources|focal documents)/i,
  objectives: /^assessment objectives/i,
  evidence: /^evidence request list/i,
  compensating: /^compensating controls/i,
  risks: /^risk catalog/i,
  threats: /^threat catalog/i,
  privacy: /^(data privacy m|privacy management|data privacy)/i,
} as const;

const orNull = (text: string) => text.trim() || null;

/** By `looseKey` of the header that it names. */
export async function readSources(
  workbook: Workbook,
  sheet: string,
  warnings: ScfWarnings,
): Promise<Map<string, ScfSource>> {
  const sources = new Map<string, ScfSource>();
  const columns = {
    header: /^(mapping|scf) column header$/,
    fdi: /focal document identifier/,
    name: /^focal document name|^authoritative source\b/,
    title: /^focal document title/,
    publisher: /^(source|publisher|author)$/,
    version: /^version\b/,
    geography: /^geography$/,
    url: /^url\b/,
  };
  const isRead = await readTable(workbook, sheet, columns, ['header'], ({ number, text }) => {
    const header = normalised(text('header'));
    if (header === '') return;
    const key = looseKey(header);
    if (sources.has(key)) {
      warnings.add(sheet, `“${header}” is listed twice; the first line counts`, number);
      return;
    }
    sources.set(key, {
      header,
      fdi: orNull(text('fdi')),
      name: orNull(text('name')) ?? orNull(text('title')),
      publisher: orNull(text('publisher')),
      version: orNull(text('version')),
      geography: orNull(text('geography')),
      url: orNull(text('url')),
    });
  });
  if (!isRead) warnings.add(sheet, 'has no column “SCF Column Header”; it is not read');
  return sources;
}

export async function readDomains(
  workbook: Workbook,
  sheet: string,
  warnings: ScfWarnings,
): Promise<ScfDomain[]> {
  const domains = new Map<string, ScfDomain>();
  const columns = {
    code: /^scf identifier$/,
    name: /^scf domain$/,
    intent: /^principle intent$/,
    principle: /principles?$/,
  };
  const isRead = await readTable(workbook, sheet, columns, ['code', 'name'], ({ text }) => {
    const code = text('code').trim();
    if (!/^[A-Z]{3}$/.test(code) || domains.has(code)) return;
    domains.set(code, {
      code,
      name: text('name').trim(),
      principle: orNull(text('principle')),
      intent: orNull(text('intent')),
    });
  });
  if (!isRead) warnings.add(sheet, 'has no columns “SCF Identifier” and “SCF Domain”');
  return [...domains.values()];
}

/** By control. */
export async function readObjectives(
  workbook: Workbook,
  sheet: string,
  warnings: ScfWarnings,
): Promise<Map<string, ScfObjective[]>> {
  const objectives = new Map<string, ScfObjective[]>();
  const columns = {
    control: /^scf #$/,
    id: /^scf ao #$|^ao #$/,
    origins: /origin/,
    text: /^scf assessment objective|^assessment objective/,
    pptdf: /pptdf/,
    rigor: /assessment rigor/,
  };
  const required = ['control', 'id', 'text'] as const;
  const isRead = await readTable(workbook, sheet, columns, required, ({ number, text }) => {
    const [control, id] = [text('control').trim(), text('id').trim()];
    if (control === '' && id === '') return;
    if (control === '' || id === '') {
      warnings.add(sheet, 'an objective without its id or control; skipped', number);
      return;
    }
    const known = objectives.get(control) ?? [];
    if (known.some((objective) => objective.id === id)) {
      warnings.add(sheet, `${id} occurs twice; the first counts`, number);
      return;
    }
    known.push({
      id,
      text: text('text'),
      pptdf: orNull(text('pptdf')),
      origins: orNull(text('origins')),
      rigor: orNull(text('rigor')),
    });
    objectives.set(control, known);
  });
  if (!isRead) warnings.add(sheet, 'has no columns “SCF #” and “SCF AO #”; it is not read');
  return objectives;
}

interface EntrySheet {
  kind: ScfEntry['kind'];
  columns: Record<'id' | 'group' | 'title' | 'text' | 'controls', RegExp>;
  /** The pattern of ids; other rows are headings and notes. */
  id: RegExp;
}

const NONE = /^\b$/;
export const ENTRY_SHEETS: Readonly<
  Record<'evidence' | 'compensating' | 'risks' | 'threats' | 'privacy', EntrySheet>
> = {
  evidence: {
    kind: 'evidence_request',
    id: /^E-/,
    columns: {
      id: /^erl #$/,
      group: /^area of focus$/,
      title: /^documentation artifact$|^erl artifact$/,
      text: /artifact description$/,
      controls: /scf control/,
    },
  },
  compensating: {
    kind: 'compensating_control',
    id: /^[A-Z]{3}-\d{2}/,
    columns: {
      id: /^scf #$/,
      group: /^scf domain$/,
      title: /^scf control$/,
      text: /^risk\b.*(not|un)\s?-?implemented|^risk if/,
      controls: /compensating control.*#/,
    },
  },
  risks: {
    kind: 'risk',
    id: /^R-/,
    columns: {
      id: /^risk #$/,
      group: /^risk grouping$/,
      title: /^risk(\s?\*|$)/,
      text: /^description/,
      controls: NONE,
    },
  },
  threats: {
    kind: 'threat',
    id: /^[A-Z]{2}-\d/,
    columns: {
      id: /^threat #$/,
      group: /^threat grouping$/,
      title: /^threat(\s?\*|$)/,
      text: /^threat description$/,
      controls: NONE,
    },
  },
  privacy: {
    kind: 'privacy_principle',
    id: /^[\w.-]+$/,
    columns: {
      id: /^#$|principle #$/,
      group: NONE,
      title: /^principle name$/,
      text: /description$/,
      controls: /^secure controls framework|^scf (#|control)/,
    },
  },
};

/** A catalogue beside the controls. Merged grouping cells apply to the rows below them. */
export async function readEntries(
  workbook: Workbook,
  sheet: string,
  { kind, columns, id: pattern }: EntrySheet,
  warnings: ScfWarnings,
): Promise<ScfEntry[]> {
  const entries = new Map<string, ScfEntry>();
  let group: string | null = null;
  const isRead = await readTable(
    workbook,
    sheet,
    columns,
    ['id', 'title'],
    ({ number, text, texts, isNumber }) => {
      let id = text('id').trim();
      group = orNull(text('group')) ?? group;
      if (!pattern.test(id)) return;
      const before = entries.get(id);
      if (before?.title === text('title') && before.text === text('text')) {
        warnings.add(sheet, `${id} occurs twice; the first counts`, number);
        return;
      }
      if (before) {
        // Such as 5.10 after 5.9: Excel stored it as 5.1, which another entry has.
        const other = `${id} (row ${number})`;
        const why = isNumber('id') ? '; Excel may have lost a zero at its end' : '';
        warnings.add(sheet, `${id} occurs again, kept as “${other}”${why}`, number);
        id = other;
      }
      const controls = idsIn(texts('controls').join('\n')).filter((control) =>
        /^[A-Z]{3}-\d/.test(control),
      );
      entries.set(id, { kind, id, group, title: text('title'), text: text('text'), controls });
    },
  );
  if (!isRead) warnings.add(sheet, 'its columns are unknown; it is not read');
  return [...entries.values()];
}
