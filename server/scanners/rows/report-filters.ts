import { SEVERITIES, type Severity } from '../../../contract/severity.js';
import type { Verdict } from '../../../contract/verdict.js';

/** What a filter of a tool can look at: a row of a report, or the stored result of an earlier one. */
export interface FilterableResult {
  checkId: string;
  provider: string;
  region: string;
  resourceUid: string;
  subObject: string;
  verdict: Verdict;
  severity: Severity;
  rawSeverity: string;
  observed: string;
  labels: readonly string[];
}

/** An option by which a tool leaves results out of its report. */
export interface ReportFilter {
  /** Follows "looks filtered by". */
  by: string;
  /** What its classes are, where that matters. */
  of?: 'checks' | 'verdicts';
  /** The class of results that the filter keeps or leaves out as a whole; null: the filter does not concern it. */
  classOf(result: FilterableResult): string | null;
  /** What a report shows that lacks these classes and has those in `kept`: "nothing below high is left". */
  lack(missing: readonly string[], kept: ReadonlySet<string>): string;
  /** Whether people hardly filter so: another explanation of the same results is better. */
  isOdd?(missing: readonly string[], kept: ReadonlySet<string>): boolean;
}

/** The file or folder that a result is in; null where it names none. */
type NameOf = (result: FilterableResult) => string | null;

const nothingOf =
  (what: string, many: string) =>
  (missing: readonly string[], kept: ReadonlySet<string>): string => {
    if (missing.length === 1) return `nothing of ${what} ${missing[0]} is left`;
    if (kept.size === 1) return `only ${what} ${[...kept].join()} is left`;
    return `nothing of ${missing.length} ${many} is left`;
  };

const rankOf = (name: string) => SEVERITIES.indexOf(name.split(' ')[0] as Severity);
const lowestOf = (names: ReadonlySet<string>) => Math.max(...[...names].map(rankOf), -1);

/** By the tool's own word, as several of its words may be one severity of ours. */
export const BY_SEVERITY: ReportFilter = {
  by: 'severity',
  classOf: ({ severity, rawSeverity }) =>
    `${severity} ${/^[a-z]+/i.exec(rawSeverity)?.[0].toLowerCase() ?? ''}`.trim(),
  lack: (missing, kept) => {
    const lowestKept = lowestOf(kept);
    if (lowestKept < 0) return 'nothing is left';
    const isTail = missing.every((name) => rankOf(name) > lowestKept);
    if (isTail) return `nothing below ${SEVERITIES[lowestKept]} is left`;
    const names = SEVERITIES.filter((_, at) => missing.some((name) => rankOf(name) === at));
    return `nothing of severity ${names.join(', ')} is left`;
  },
  isOdd: (missing, kept) => missing.some((name) => rankOf(name) <= lowestOf(kept)),
};

/** ZAP states it behind the risk: `Medium (High)`. */
export const BY_CONFIDENCE: ReportFilter = {
  by: 'confidence',
  classOf: ({ rawSeverity }) => /\(([A-Za-z ]+)\)/.exec(rawSeverity)?.[1]?.toLowerCase() ?? null,
  lack: (missing) => `nothing of confidence ${missing.join(', ')} is left`,
};

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'passing',
  fail: 'failing',
  manual: 'manual',
  muted: 'muted',
  error: 'erroneous',
  not_evaluated: 'unevaluated',
};

export const BY_STATUS: ReportFilter = {
  by: 'status',
  of: 'verdicts',
  classOf: ({ verdict }) => verdict,
  lack: (missing) =>
    `no ${missing.map((verdict) => VERDICT_WORDS[verdict as Verdict]).join(' or ')} rows are left`,
  isOdd: (missing) => missing.includes('fail'),
};

export const NO_FIX = 'no fixed version known';
export const BY_FIX: ReportFilter = {
  by: 'fix',
  classOf: ({ observed }) =>
    observed.includes(NO_FIX) ? 'unfixed' : observed.includes('fixed in ') ? 'fixed' : null,
  lack: (missing) => `nothing ${missing.includes('unfixed') ? 'unfixed' : 'fixed'} is left`,
};

/** By rules, templates, frameworks or categories of checks: each leaves out whole checks. */
export const BY_CHECK: ReportFilter = {
  by: 'check',
  of: 'checks',
  classOf: ({ checkId }) => checkId,
  lack: nothingOf('check', 'checks'),
};

/** An ignore file names checks, vulnerabilities or packages. */
export const BY_IGNORE_FILE: ReportFilter = { ...BY_CHECK, by: 'ignore file' };

/** Prowler's check ids begin with their service. */
export const BY_SERVICE: ReportFilter = {
  by: 'service',
  classOf: ({ checkId }) => checkId.split('_', 1)[0] || null,
  lack: nothingOf('service', 'services'),
};

export const BY_REGION: ReportFilter = {
  by: 'region',
  classOf: ({ region }) => region || null,
  lack: nothingOf('region', 'regions'),
};

/** Kubernetes only, whose resources are named `namespace/…`. */
export const BY_NAMESPACE: ReportFilter = {
  by: 'namespace',
  classOf: ({ provider, resourceUid }) =>
    provider === 'kubernetes' ? (/^([^/]+)\/./.exec(resourceUid)?.[1] ?? null) : null,
  lack: nothingOf('namespace', 'namespaces'),
};

/** A crawl that ends earlier, or begins elsewhere. */
export const BY_PAGE: ReportFilter = {
  by: 'crawl',
  classOf: ({ resourceUid }) => resourceUid,
  lack: nothingOf('page', 'pages'),
};

/** Where a whole folder is missing, it is named. */
export function byDirectory(nameOf: NameOf): ReportFilter {
  return {
    by: 'directory',
    classOf: nameOf,
    lack: (missing, kept) => {
      const folder = commonFolder(missing);
      const isEmpty = folder !== '' && ![...kept].some((file) => file.startsWith(folder));
      if (isEmpty) return `nothing below ${folder} is left`;
      return nothingOf('file', 'files')(missing, kept);
    },
  };
}

/** Up to its last slash. */
const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

function commonFolder(files: readonly string[]): string {
  let folder = parentOf(files[0] ?? '');
  while (folder !== '' && !files.every((file) => file.startsWith(folder))) {
    folder = parentOf(folder.slice(0, -1));
  }
  return folder;
}

/** The file in `file#part`, `package at file`; null for results that name none. */
export function fileIn({ subObject }: Pick<FilterableResult, 'subObject'>): string | null {
  const at = subObject.lastIndexOf(' at ');
  if (at >= 0) return subObject.slice(at + 4);
  if (/^pkg:/.test(subObject)) return null;
  return subObject.split('#', 1)[0] || null;
}
