import { createHash } from 'node:crypto';
import { tellApart } from '../../../scanners/rows/tell-apart.js';
import type { CheckResult } from '../check-results/check-result.js';
import { inOrderOfCopies } from './copies.rules.js';
import type { SpooledRow } from './row-spool.js';

/** What a row or a stored result says that tells it from others of its identity. */
interface Parts {
  discriminator: string;
  hint: string;
  line: number | null;
}

export interface MatchedRow {
  row: SpooledRow;
  /** Null: a thing that is not stored yet. */
  stored: CheckResult | null;
  /** False where a person's decision about `stored` may have been about another thing. */
  keepsTriage: boolean;
  /** Row and `stored` say the same of themselves. */
  isSame: boolean;
  /** And they do say something. */
  isTold: boolean;
  /** To store with the result. */
  parts: Pick<CheckResult, 'discriminator' | 'hint' | 'line' | 'twins'>;
}

interface Waiting {
  row: SpooledRow;
  parts: Parts;
}
interface Known {
  result: CheckResult;
  parts: Parts;
}

/**
 * Which stored result each row of one identity continues. What the rows say of themselves decides: a row that
 * says otherwise than every stored result is a new thing. Only rows that do not say are matched by order, and
 * then a person's decision does not hold.
 */
export function matchRows(
  rows: readonly SpooledRow[],
  stored: readonly CheckResult[],
): MatchedRow[] {
  return unchanged(rows, stored) ?? matched(rows, stored);
}

/** The usual case, quickly: one row that is new, or says what the one stored result says. */
function unchanged(
  rows: readonly SpooledRow[],
  stored: readonly CheckResult[],
): MatchedRow[] | null {
  const [row, ...others] = rows;
  const [before, ...more] = stored;
  if (!row || others.length + more.length > 0) return null;
  const { discriminator } = row;
  const parts = discriminator === undefined ? {} : { discriminator };
  if (!before) {
    return [{ row, stored: null, keepsTriage: true, isSame: true, isTold: false, parts }];
  }
  const isSame =
    before.hint === undefined &&
    (before.discriminator ?? discriminator) === discriminator &&
    before.observed === row.observed &&
    before.resourceName === row.resource.name;
  if (!isSame) return null;
  const keepsTriage = before.twins === undefined;
  return [{ row, stored: before, keepsTriage, isSame, isTold: discriminator !== undefined, parts }];
}

function matched(rows: readonly SpooledRow[], stored: readonly CheckResult[]): MatchedRow[] {
  const given = inOrderOfCopies(rows).map((row): Waiting => ({ row, parts: partsOfRow(row) }));
  const known = [...inOrderOfCopies(stored)]
    .sort((a, b) => Number(b.present) - Number(a.present))
    .map((result): Known => ({ result, parts: partsOfResult(result) }));
  const isShared =
    rows.length > 1 || stored.length > 1 || stored.some(({ hint }) => hint !== undefined);
  const isOne = rows.length === 1 && stored.length === 1;
  const found = new Map<SpooledRow, { known: Known; isCertain: boolean }>();
  let waiting = given;
  let free = known;

  /** Pairs those with equal keys, in order; an empty key is none. */
  const pair = (key: (parts: Parts) => string, isCertain: (a: Parts, b: Parts) => boolean) => {
    const byKey = new Map<string, Known[]>();
    for (const item of free) {
      const group = byKey.get(key(item.parts));
      if (group) group.push(item);
      else byKey.set(key(item.parts), [item]);
    }
    for (const { row, parts } of waiting) {
      const wanted = key(parts);
      const item = wanted === '' ? undefined : byKey.get(wanted)?.shift();
      if (item) found.set(row, { known: item, isCertain: isCertain(parts, item.parts) });
    }
    dropFound();
  };
  const dropFound = () => {
    const taken = new Set([...found.values()].map((item) => item.known));
    waiting = waiting.filter(({ row }) => !found.has(row));
    free = free.filter((item) => !taken.has(item));
  };

  pair(
    (parts) => (parts.line === null ? '' : `${keyOf(parts)}/${parts.line}`),
    () => true,
  );
  const shift = shiftOf(waiting, free);
  pair(
    keyOf,
    (a, b) =>
      isOne || a.line === null || b.line === null || (shift !== null && a.line - b.line === shift),
  );
  pair(
    ({ discriminator }) => discriminator,
    (a, b) => !isApart(a.hint, b.hint),
  );
  // Both of them say nothing, or one does: two that say otherwise are not tried, however many they are.
  const silent = free.filter((item) => item.parts.discriminator === '');
  const taken = new Set<Known>();
  for (const { row, parts } of waiting) {
    const item = (parts.discriminator === '' ? free : silent).find(
      (one) =>
        !taken.has(one) &&
        (isOne || one.result.present) &&
        (!isShared || !isApart(parts.hint, one.parts.hint)),
    );
    if (!item) continue;
    taken.add(item);
    const isCertain = isOne && parts.discriminator === item.parts.discriminator;
    found.set(row, { known: item, isCertain });
  }

  const alike = new Map<string, Waiting[]>();
  for (const item of given) {
    const group = alike.get(keyOf(item.parts));
    if (group) group.push(item);
    else alike.set(keyOf(item.parts), [item]);
  }
  return given.map(({ row, parts }) => {
    const match = found.get(row);
    const before = match?.known.result ?? null;
    const isSame = match !== undefined && keyOf(match.known.parts) === keyOf(parts);
    const twins = twinsOf(alike.get(keyOf(parts)) ?? []);
    // Stored by a former release, which did not note twins.
    const isUnnoted =
      before?.twins === undefined && before?.hint === undefined && stored.length === rows.length;
    return {
      row,
      stored: before,
      keepsTriage:
        (match?.isCertain ?? false) &&
        ((before?.twins ?? '') === twins || (isUnnoted && rows.length > 1)),
      isSame,
      isTold: isSame && (parts.discriminator !== '' || parts.hint !== ''),
      parts: partsToStore(parts, { before, isShared, twins }),
    };
  });
}

const keyOf = ({ discriminator, hint }: Parts) => `${discriminator}/${hint}`;
const isApart = (a: string, b: string) => a !== '' && b !== '' && a !== b;

/** By how many lines all of them moved, when it is the same for all. */
function shiftOf(rows: readonly Waiting[], stored: readonly Known[]): number | null {
  const linesOf = (items: readonly { parts: Parts }[]) =>
    items.map(({ parts }) => parts.line ?? Number.NaN).sort((a, b) => a - b);
  const [to, from] = [linesOf(rows), linesOf(stored)];
  const shift = (to[0] ?? Number.NaN) - (from[0] ?? Number.NaN);
  const isSame =
    to.length === from.length && to.every((line, n) => line - (from[n] ?? 0) === shift);
  return isSame ? shift : null;
}

function partsOfRow(row: SpooledRow): Parts {
  const { discriminator, hint, subObject, details, resource } = row;
  const line = details?.code?.line ?? null;
  if (hint !== undefined || subObject !== '' || NAMELESS.has(row.provider)) {
    return { discriminator: discriminator ?? '', hint: hint ?? '', line };
  }
  const told = tellApart({ ...row, uid: resource.uid, name: resource.name });
  return { discriminator: discriminator ?? '', hint: told.hint, line };
}

/** Providers whose tools name places in their sentences, and no things beside these. */
const NAMELESS = new Set(['code', 'filesystem', 'image', 'network', 'repository', 'web']);

/** What was not stored is derived from its texts, where its tool names things in them. */
function partsOfResult(result: CheckResult): Parts {
  const { discriminator, hint, line = null, subObject = '' } = result;
  const isSaid = discriminator !== undefined && hint !== undefined;
  if (isSaid || subObject !== '' || NAMELESS.has(result.provider)) {
    return { discriminator: discriminator ?? '', hint: hint ?? '', line };
  }
  const { checkId, resourceUid: uid, resourceName: name, observed } = result;
  const { accountId, accountName, region } = result;
  const told = tellApart({ checkId, uid, name, observed, accountId, accountName, region });
  return {
    discriminator: discriminator ?? told.discriminator,
    hint: hint ?? told.hint,
    line,
  };
}

function partsToStore(
  { discriminator, hint, line }: Parts,
  { before, isShared, twins }: { before: CheckResult | null; isShared: boolean; twins: string },
): MatchedRow['parts'] {
  const apart = discriminator || (before?.discriminator ?? '');
  return {
    ...(apart === '' ? {} : { discriminator: apart }),
    ...(isShared ? { hint: hint || (before?.hint ?? '') } : {}),
    ...(isShared && line !== null ? { line } : {}),
    ...(twins === '' ? {} : { twins }),
  };
}

const NO_WORD = /[\d\W_]+/g;
const MAX_WORDS = 200;

/** The indistinguishable rows of a group, by verdict and words; empty for a single row. */
function twinsOf(group: readonly Waiting[]): string {
  if (group.length < 2) return '';
  const rows = group.map(
    ({ row }) => `${row.verdict} ${row.observed.replace(NO_WORD, ' ').slice(0, MAX_WORDS)}`,
  );
  return createHash('sha256').update(rows.sort().join('\n')).digest('hex').slice(0, 16);
}
