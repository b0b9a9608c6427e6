import { InvalidInputError } from '../../../platform/errors.js';
import { DOCUMENT_LIMITS, parser } from '../../../platform/parsing/parser.js';
import { ScfMainSheet } from './scf-main-sheet.js';
import type { ScfControl, ScfDomain, ScfEntry, ScfWorkbook } from './scf-model.js';
import {
  ENTRY_SHEETS,
  readDomains,
  readEntries,
  readObjectives,
  readSources,
  SHEETS,
} from './scf-sheets.js';
import { ScfWarnings } from './scf-warnings.js';
import { Workbook } from './workbook/workbook.js';
import type { WorkbookLimits } from './workbook/workbook-limits.js';

/** Increase when reading the same file again may give a different result. */
export const SCF_READER_VERSION = 3;

const MAIN_SHEET =
  /^(?:scf|secure controls framework(?: \(scf\))?) v?(\d{4}\.\d{1,2}(?:\.\d{1,2})?)$/i;

export interface ReadScfOptions {
  /** The part being read, and the progress, 0 … 1. */
  onProgress?: (step: string, fraction: number) => void;
  limits?: WorkbookLimits;
}

export interface ScfProgress {
  step: string;
  fraction: number;
}

export const scfWorkbook = parser<string, ScfWorkbook, ScfProgress>(
  'catalogue.scf-workbook',
  (path, { emit }) =>
    readScfWorkbook(path, { onProgress: (step, fraction) => void emit({ step, fraction }) }),
  DOCUMENT_LIMITS,
  { texts: 'verbatim' },
);

/**
 * Reads a workbook of the Secure Controls Framework, releases 2022.3 to 2026.2. Throws InvalidInputError, with
 * the sheet, row or column, when it is not one or cannot be trusted; merely unexpected content becomes a warning.
 */
export async function readScfWorkbook(
  path: string,
  { onProgress = () => {}, limits }: ReadScfOptions = {},
): Promise<ScfWorkbook> {
  onProgress('texts', 0);
  const workbook = await Workbook.open(path, limits);
  try {
    return await readSheets(workbook, onProgress);
  } finally {
    workbook.close();
  }
}

async function readSheets(
  workbook: Workbook,
  onProgress: (step: string, fraction: number) => void,
): Promise<ScfWorkbook> {
  const warnings = new ScfWarnings();
  const { main, release } = mainSheetOf(workbook);
  const sheetOf = (key: keyof typeof SHEETS, isNeeded = false) => {
    const found = workbook.sheetNames.find((name) => SHEETS[key].test(name.trim()));
    if (found === undefined && isNeeded) {
      throw new InvalidInputError(`the workbook has no sheet of ${key}: ${listed(workbook)}`);
    }
    return found;
  };
  onProgress('sources', 0.2);
  const sources = await readSources(workbook, sheetOf('sources', true) ?? '', warnings);
  onProgress('controls', 0.25);
  const { controls, frameworks } = await new ScfMainSheet(main, sources, warnings).read(workbook);
  onProgress('objectives', 0.75);
  const domainSheet = sheetOf('domains');
  const domains = domainSheet ? await readDomains(workbook, domainSheet, warnings) : [];
  const objectiveSheet = sheetOf('objectives');
  if (objectiveSheet) await addObjectives(workbook, objectiveSheet, controls, warnings);
  onProgress('catalogues', 0.9);
  const entries: ScfEntry[] = [];
  for (const key of ['evidence', 'compensating', 'risks', 'threats', 'privacy'] as const) {
    const sheet = sheetOf(key);
    if (sheet) entries.push(...(await readEntries(workbook, sheet, ENTRY_SHEETS[key], warnings)));
  }
  onProgress('done', 1);
  return {
    release,
    domains: withDomainsOf(controls, domains, main, warnings),
    controls,
    frameworks,
    entries,
    warnings: warnings.list,
    warningsTotal: warnings.total,
  };
}

function mainSheetOf(workbook: Workbook): { main: string; release: string } {
  for (const main of workbook.sheetNames) {
    const release = MAIN_SHEET.exec(main.replace(/\s+/g, ' ').trim())?.[1];
    if (release) return { main, release };
  }
  throw new InvalidInputError(
    `no sheet is named “SCF” with a release, such as “SCF 2026.1”: ${listed(workbook)}`,
  );
}

function listed({ sheetNames }: Workbook): string {
  const names = sheetNames.slice(0, 12).map((name) => `“${name.slice(0, 40)}”`);
  return names.length > 0 ? `its sheets are ${names.join(', ')}` : 'it has no sheets';
}

async function addObjectives(
  workbook: Workbook,
  sheet: string,
  controls: readonly ScfControl[],
  warnings: ScfWarnings,
): Promise<void> {
  const objectives = await readObjectives(workbook, sheet, warnings);
  for (const control of controls) {
    control.objectives = objectives.get(control.id) ?? [];
    objectives.delete(control.id);
  }
  for (const id of objectives.keys()) {
    warnings.add(
      sheet,
      `objectives of ${id.slice(0, 40)}, which is not a control of this workbook`,
    );
  }
}

/** Every control has a domain, even one that the sheet of domains lacks. */
function withDomainsOf(
  controls: readonly ScfControl[],
  domains: readonly ScfDomain[],
  sheet: string,
  warnings: ScfWarnings,
): ScfDomain[] {
  const known = new Map(domains.map((domain) => [domain.code, domain]));
  for (const { domain: code } of controls) {
    if (known.has(code)) continue;
    warnings.add(sheet, `the domain ${code} is not in the list of domains`);
    known.set(code, { code, name: code, principle: null, intent: null });
  }
  return [...known.values()];
}
