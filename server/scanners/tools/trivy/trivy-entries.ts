import { type Entry, entriesIn, placed, unknownLists } from '../../readers/list-entries.js';
import type { Reading } from '../../readers/report-reader.js';
import type { GenericResult } from '../../rows/generic-row.js';
import {
  licenseRow,
  misconfigurationRow,
  secretRow,
  vulnerabilityRow,
  type Where,
} from './trivy-rows.js';
import {
  License,
  Misconfiguration,
  Modified,
  Result,
  Secret,
  Vulnerability,
} from './trivy-schema.js';

type RowOf = (found: unknown, result: Result, where: Where) => GenericResult;

const vulnerability: RowOf = (found, result, where) =>
  vulnerabilityRow(Vulnerability.parse(found), result, where);
const misconfiguration: RowOf = (found, result, where) =>
  misconfigurationRow(Misconfiguration.parse(found), result, where);
const secret: RowOf = (found, result, where) => secretRow(Secret.parse(found), result, where);
const license: RowOf = (found, result, where) => licenseRow(License.parse(found), result, where);

const LISTS = {
  Vulnerabilities: vulnerability,
  Misconfigurations: misconfiguration,
  Secrets: secret,
  Licenses: license,
} as const;
/** The word for each kind of finding among those that an ignore file or a VEX statement suppressed. */
const SUPPRESSED: Readonly<Record<string, RowOf>> = {
  vulnerability,
  misconfiguration,
  misconfig: misconfiguration,
  secret,
  license,
};
/** `Packages` is the inventory, not a list of results. */
const KNOWN = new Set([...Object.keys(LISTS), 'ExperimentalModifiedFindings', 'Packages']);

/** Everything that one result of a report has: its rows, what was rejected, what is not read. */
export function* readingsOf(
  { value, at }: Entry,
  where: Where,
  build: (row: GenericResult) => Reading,
): Iterable<Reading> {
  const result = Result.parse(value);
  for (const [name, rowOf] of Object.entries(LISTS)) {
    for (const entry of entriesIn(value[name], `${at}.${name}`)) {
      if ('rejected' in entry) yield entry;
      else yield placed(build(rowOf(entry.value, result, where)), entry.at);
    }
  }
  const list = value.ExperimentalModifiedFindings;
  for (const entry of entriesIn(list, `${at}.ExperimentalModifiedFindings`)) {
    if ('rejected' in entry) yield entry;
    else yield placed(suppressed(entry.value, { result, where, build }), entry.at);
  }
  yield* unknownLists(value, KNOWN);
  yield* uncountedExceptions(result);
  yield* uncountedFails(result);
}

function suppressed(
  value: unknown,
  {
    result,
    where,
    build,
  }: { result: Result; where: Where; build: (row: GenericResult) => Reading },
): Reading {
  const { Type, Finding, Statement, Source } = Modified.parse(value);
  const rowOf = SUPPRESSED[Type.toLowerCase()];
  if (!rowOf)
    return { unread: 'suppressed findings of kinds that are not read', name: Type, count: 1 };
  const row = rowOf(Finding, result, where);
  return build({
    ...row,
    verdict: 'muted',
    mutedVerdict: row.verdict === 'pass' || row.verdict === 'fail' ? row.verdict : null,
    observed: [row.observed, Statement, Source].filter(Boolean).join(' · '),
  });
}

/** Suppressed misconfigurations that a report counts without naming them. */
function* uncountedExceptions(result: Result): Iterable<Reading> {
  const named =
    listOf(result.Misconfigurations).filter(
      (found) => Misconfiguration.parse(found).Status.toUpperCase() === 'EXCEPTION',
    ).length +
    listOf(result.ExperimentalModifiedFindings).filter((found) =>
      Modified.parse(found).Type.toLowerCase().startsWith('misconf'),
    ).length;
  const count = (result.MisconfSummary?.Exceptions ?? 0) - named;
  if (count > 0)
    yield { unread: 'suppressed misconfigurations that the report only counts', count };
}

/** Fails that a report counts without naming them. */
function* uncountedFails(result: Result): Iterable<Reading> {
  const named = listOf(result.Misconfigurations).filter(
    (found) => Misconfiguration.parse(found).Status.toUpperCase() === 'FAIL',
  ).length;
  const count = (result.MisconfSummary?.Failures ?? 0) - named;
  if (count > 0) yield { unread: 'failed misconfigurations that the report only counts', count };
}

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
