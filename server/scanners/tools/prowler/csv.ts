import { createRowBuilder } from './build-row.js';
import type { RawResult, ReadResult } from './raw-result.js';
import { requirementsOfText } from './stated-requirements.js';

/** A cell by its column's name, or by Prowler 3's name for it; empty if missing. */
type Cell = (...names: string[]) => string;

/** True for the header of a report of Prowler 3 or later. */
export function isProwlerCsvHeader(columns: readonly string[]): boolean {
  return columns.includes('CHECK_ID') && columns.includes('STATUS');
}

/** Reads records (lists of cells) under this header. */
export function createCsvReader(columns: readonly string[]): ReadResult {
  const build = createRowBuilder();
  const at = new Map(columns.map((name, index) => [name.trim(), index]));
  /** Columns that another one of the same name follows. */
  const twice = columns
    .map((name, index) => [name.trim(), index] as const)
    .filter(([name, index]) => at.get(name) !== index);
  return (value) => {
    const cells: unknown[] = Array.isArray(value) ? value : [];
    if (cells.length !== columns.length) {
      return { rejected: `has ${cells.length} columns instead of ${columns.length}` };
    }
    const textAt = (index: number | undefined) => {
      const cell = index === undefined ? '' : cells[index];
      return typeof cell === 'string' ? unguarded(cell) : '';
    };
    return build(
      rawOf(
        (...names) =>
          textAt(names.map((name) => at.get(name)).find((found) => found !== undefined)),
        (name) => twice.filter(([column]) => column === name).map(([, index]) => textAt(index)),
      ),
    );
  };
}

function rawOf(cell: Cell, again: (name: string) => string[]): RawResult {
  const provider = cell('PROVIDER').trim().toLowerCase();
  const region = cell('REGION', 'LOCATION');
  return {
    checkId: cell('CHECK_ID'),
    title: cell('CHECK_TITLE'),
    description: cell('DESCRIPTION'),
    risk: cell('RISK'),
    remediation: cell('REMEDIATION_RECOMMENDATION_TEXT'),
    remediationUrl: cell('REMEDIATION_RECOMMENDATION_URL'),
    service: cell('SERVICE_NAME'),
    resourceType: cell('RESOURCE_TYPE'),
    categories: listOf(cell('CATEGORIES')),
    compliance: requirementsOfText(cell('COMPLIANCE')),
    status: cell('STATUS'),
    alsoStated: [
      { by: 'STATUS_EXTENDED', word: cell('STATUS_EXTENDED') },
      ...again('STATUS').map((word) => ({ by: 'another STATUS', word })),
    ],
    muted: [cell('MUTED'), ...again('MUTED')].every((word) => word.toLowerCase() === 'true'),
    severity: cell('SEVERITY'),
    severityId: null,
    provider,
    accountId: provider === 'kubernetes' ? clusterOf(cell) : accountOf(cell),
    accountName: cell('ACCOUNT_NAME'),
    region,
    namespace: provider === 'kubernetes' ? region.replace(/^namespace: /, '') : '',
    uid: cell('RESOURCE_UID', 'RESOURCE_ARN') || cell('RESOURCE_ID'),
    name: cell('RESOURCE_NAME', 'RESOURCE_ID'),
    labels: listOf(cell('RESOURCE_TAGS')).map((tag) => tag.replace('=', ':')),
    observed: cell('STATUS_EXTENDED'),
    times: [cell('TIMESTAMP', 'ASSESSMENT_START_TIME')],
    nativeUid: cell('FINDING_UID', 'FINDING_UNIQUE_ID'),
    toolVersion: cell('PROWLER_VERSION'),
  };
}

const accountOf = (cell: Cell) => cell('ACCOUNT_UID', 'ACCOUNT_ID', 'SUBSCRIPTION', 'PROJECT_ID');

/** As in OCSF, a cluster is named by its context unless Prowler ran inside it. */
function clusterOf(cell: Cell): string {
  const context = /^context: (.+)$/.exec(cell('ACCOUNT_NAME'))?.[1];
  return cell('AUTH_METHOD') === 'kubeconfig' && context ? context : accountOf(cell);
}

function listOf(text: string): string[] {
  return text.split(' | ').filter((item) => item !== '');
}

/** Removes the quote that Prowler adds to cells that a spreadsheet would run as a formula. */
function unguarded(cell: string): string {
  return /^'(?:[\t\r]|\s*[=+@-])/.test(cell) ? cell.slice(1) : cell;
}
