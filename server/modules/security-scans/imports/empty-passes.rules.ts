import type { ReportRow } from '../../../scanners/rows/report.js';

type Row = Pick<ReportRow, 'verdict' | 'provider' | 'accountId' | 'observed'> & {
  resource: Pick<ReportRow['resource'], 'uid' | 'name'>;
};

/**
 * A pass without a resource or an account, or because there is nothing of the kind, proves nothing: it becomes
 * "not evaluated", and says why. Applied to the rows of every reader.
 */
export function withoutEmptyPass<T extends Row>(row: T): T {
  if (row.verdict !== 'pass') return row;
  const why = emptiness(row);
  if (why === null) return row;
  const observed = `${row.observed === '' ? '' : `${row.observed} `}(Not evaluated: ${why}.)`;
  return { ...row, verdict: 'not_evaluated', observed };
}

function emptiness(row: Row): string | null {
  const { uid, name } = row.resource;
  if (uid.trim() === '' && name.trim() === '') return 'the pass names no resource';
  if (row.accountId.trim() === '') return 'the pass names no account or target';
  if (isOfAccount(row) && NOTHING_THERE.test(row.observed) && !GOOD_NEWS.test(row.observed)) {
    return 'there is nothing of the kind';
  }
  return null;
}

/** `No user pools found.`, `There are no trails configured in this region.` */
const NOTHING_THERE =
  /^(?:there (?:are|is) no|no) (?:[\w-]+ ){1,6}?(?:(?:are|is|were|was) )?(?:found|registered|configured|available|exists?|in use)\b|^there (?:are|is) no [\w-]+(?: [\w-]+){0,4} ?\.?$/i;
/** What a check searches for and had better not find, which is a result. */
const GOOD_NEWS =
  /\b(?:attack|credential|exposed|expired|finding|granting|issue|open|overly|password|pending|public|root|secret|threat|unrestricted|unused|vulnerabilit|wildcard)/i;

/** A name that stands for something that does not exist. */
const STAND_IN = /(?:^|[/:])unknown$/i;
/** The account as a resource: its root ARN, a subscription, a project, a tenant. */
const ACCOUNT = /^(?:arn:[\w-]+:iam::[^:]*:root|\/?subscriptions\/[^/]+|projects\/[^/]+)$/i;

/** Whether a result is about the account itself, or about something that does not exist, instead of a thing in it. */
export function isOfAccount({
  accountId,
  resource: { uid, name },
}: Pick<Row, 'accountId' | 'resource'>): boolean {
  return (
    uid === accountId ||
    name === accountId ||
    (uid === '' && name === '') ||
    STAND_IN.test(uid) ||
    STAND_IN.test(name) ||
    ACCOUNT.test(uid)
  );
}
