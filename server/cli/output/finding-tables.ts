import type { z } from 'zod';
import type { Check, Finding, FindingStatus } from '../../../contract/security-scans.js';
import type { Severity } from '../../../contract/severity.js';
import { ago, oneLine } from './scan-words.js';
import { bold, cyan, dim, green, red, yellow } from './style.js';
import { type Cell, type Column, table } from './table.js';
import { wrap } from './wrap.js';

const BY_SEVERITY: Record<Severity, (text: string) => string> = {
  critical: red,
  high: red,
  medium: yellow,
  low: String,
  informational: dim,
};
const BY_STATUS: Record<FindingStatus, (text: string) => string> = {
  open: String,
  resolved: green,
  suppressed: dim,
  accepted: dim,
  false_positive: dim,
};

/** Below this width the table omits columns that follow from others. */
const WIDE = 120;

/** Findings in the order given. */
export function findingsTable(findings: readonly Finding[], room: number): string {
  const isWide = room >= WIDE;
  const columns: (Column & { isShown?: boolean })[] = [
    { title: 'Id' },
    { title: 'Severity' },
    { title: 'Status', isShown: isWide },
    { title: 'Tool', isShown: isWide },
    { title: 'Title', grows: 3 },
    { title: 'Resource', grows: 2 },
    { title: 'Account', grows: 1, isShown: isWide },
    { title: 'Seen', align: 'right' },
  ];
  const shown = <T>(list: readonly T[]) => list.filter((_, i) => columns[i]?.isShown !== false);
  const rows = findings.map((finding): Cell[] => [
    { text: finding.id, paint: cyan },
    { text: finding.severity, paint: BY_SEVERITY[finding.severity] },
    statusCell(finding),
    finding.tool,
    { text: oneLine(finding.title, 300), paint: bold },
    oneLine(finding.resourceName || finding.resourceUid, 300),
    oneLine([finding.accountId, finding.region].filter(Boolean).join(' '), 200),
    ago(finding.lastSeenAt),
  ]);
  return table(shown(columns), rows.map(shown), room);
}

function statusCell({ status, staleSince }: Finding): Exclude<Cell, string> {
  const text = `${status.replace('_', ' ')}${staleSince ? ', stale' : ''}`;
  return { text, paint: BY_STATUS[status] };
}

/** A finding with its check, for reading. */
export function findingLines(
  finding: Finding & { check: z.infer<typeof Check> },
  room: number,
): string {
  const { severity, status, triage, check } = finding;
  const facts: [label: string, value: string | null][] = [
    ['Id', finding.id],
    ['Severity', BY_SEVERITY[severity](severity)],
    ['Status', BY_STATUS[status](status.replace('_', ' '))],
    ['Stale since', finding.staleSince],
    ['Check', `${finding.checkId} (${finding.tool})`],
    ['Resource', oneLine(finding.resourceUid || finding.resourceName)],
    ['Account', oneLine([finding.provider, finding.accountId, finding.accountName].join(' '))],
    ['Region', finding.region],
    ['First seen', finding.firstSeenAt],
    ['Last seen', finding.lastSeenAt],
    ['Resolved', finding.resolvedAt && `${finding.resolvedAt}, ${finding.resolution}`],
    ['Triage', triage && `${oneLine(triage.reason)} (${oneLine(triage.actor)})`],
    ['Until', triage?.expiresAt ?? null],
    ['Observed', oneLine(finding.observed)],
    ['Risk', oneLine(check.risk)],
    ['How to fix', oneLine(check.remediation)],
  ];
  const LABEL = 13;
  const lines = facts
    .filter(([, value]) => value)
    .flatMap(([label, value]) =>
      wrap(value ?? '', room - LABEL).map(
        (line, i) => `${dim((i === 0 ? label : '').padEnd(LABEL))}${line}`,
      ),
    );
  return [bold(oneLine(finding.title)), ...lines].join('\n');
}
