/** The columns of the main sheet. Headers are compared with white space and case normalised. */
export type MainColumn =
  | { kind: 'field'; field: MainField }
  | { kind: 'risk' | 'threat'; id: string }
  /** Known but not kept: formula summaries, tiers, maturity texts, solutions, profiles, errata. */
  | { kind: 'passed_over' }
  | { kind: 'unknown' };

export const MAIN_FIELDS = [
  'domain',
  'title',
  'id',
  'description',
  'pptdf',
  'cadence',
  'evidence',
  'question',
  'weight',
  'function',
] as const;
export type MainField = (typeof MAIN_FIELDS)[number];

/** Releases have renamed most of these; each pattern takes the names from 2022.3 to 2026.2. */
const FIELDS: readonly [MainField, RegExp][] = [
  ['domain', /^scf domain$/],
  ['title', /^scf control$/],
  ['id', /^scf (#|number|id)$/],
  ['description', /control description$/],
  ['pptdf', /pptdf|^people, process/],
  ['cadence', /(conformity )?validation cadence|conformity validation/],
  ['evidence', /^evidence request list/],
  ['question', /^scf control question$/],
  ['weight', /^relative control weight/],
  ['function', /^(nist csf )?function grouping$|^nist csf function/],
];

const SKIPPED: readonly RegExp[] = [
  /^legacy scf #$/,
  /^methods to comply|possible solutions/,
  /^scrm\b.*\btier\b/,
  /^(sp|c\|p|scr)-cmm\b/,
  /^(risk|control) (risk |threat )?summary$|^risk.*threat.*summary$/,
  /^(scf )?errata\b|\berrata$/,
  /^minimum security requirements\b/,
  /^identify (minimum compliance|discretionary security)\b/,
  // The SCF's own selections of its controls.
  /^scf-[a-z]\b|^scf (core|community|fundamentals|scrms|baseline)|^scf\b.*\b(community|core|fundamentals)\b/,
];

export function mainColumn(header: string): MainColumn {
  const text = normalised(header).toLowerCase();
  const risk = /^risk (r-[a-z0-9-]+)$/.exec(text)?.[1];
  if (risk) return { kind: 'risk', id: risk.toUpperCase() };
  const threat = /^threat ([a-z]{2}-\d+)$/.exec(text)?.[1];
  if (threat) return { kind: 'threat', id: threat.toUpperCase() };
  for (const [field, pattern] of FIELDS) if (pattern.test(text)) return { kind: 'field', field };
  return SKIPPED.some((pattern) => pattern.test(text))
    ? { kind: 'passed_over' }
    : { kind: 'unknown' };
}

/** White space of any kind and length as one space. */
export function normalised(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Spellings in identifiers and headers that later releases correct. */
const TYPOS: readonly [RegExp, string][] = [
  [/\bamaericas\b/g, 'americas'],
  [/\bmoerate\b/g, 'moderate'],
  [/\bemea-us-psd2\b/g, 'emea-eu-psd2'],
];

/** A name fit for URLs that stays the same from release to release. */
export function slugOf(text: string): string {
  let slug = normalised(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.(?!\d)|(?<!\d)\./g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-|-$/g, '');
  for (const [wrong, right] of TYPOS) slug = slug.replace(wrong, right);
  return slug.slice(0, 100).replace(/-$/, '');
}

/** Letters and digits only, to compare headers of the main sheet and the sources sheet. */
export function looseKey(header: string): string {
  let text = header.toLowerCase();
  for (const [wrong, right] of TYPOS) text = text.replace(wrong, right);
  return text.replace(/[^a-z0-9]+/g, '');
}

/** The ids in a cell: one a line. */
export function idsIn(cell: string): string[] {
  return [...new Set(cell.split(/[\r\n\v\u2028]+/).map(normalised))].filter((id) => id !== '');
}

/** 2022.3 < 2025.4 < 2026.1 < 2026.1.1: as numbers, part by part. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((release) => release.split('.').map(Number));
  for (let at = 0; at < 4; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/**
 * Whether a framework's ids show that Excel stored them as numbers: series that must have `x.10`, `x.20` and
 * `x.30` (they have `5.9` and `5.11`) lack all of them. A single gap may be a requirement that no control
 * serves, unless cells were stored as numbers.
 */
export function hasLostZeros(ids: Iterable<string>, numericCells: number): boolean {
  const series = new Map<string, Set<number>>();
  for (const id of ids) {
    const [, head, last] = /^(.*\d\.)(\d{1,3})$/.exec(id) ?? [];
    if (head === undefined) continue;
    const numbers = series.get(head) ?? new Set<number>();
    series.set(head, numbers.add(Number(last)));
  }
  let expected = 0;
  for (const numbers of series.values()) {
    for (const ten of [10, 20, 30]) {
      if (numbers.has(ten)) return false;
      if (numbers.has(ten - 1) && numbers.has(ten + 1)) expected += 1;
    }
  }
  return expected >= (numericCells > 0 ? 1 : 2);
}
