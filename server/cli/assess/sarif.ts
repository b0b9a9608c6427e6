import type { Finding } from '../../../contract/security-scans.js';
import type { Severity } from '../../../contract/severity.js';
import type { Assessment } from './assessment.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  informational: 'note',
};
/** By which code scanning sorts and blocks; within the band of each severity. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  informational: '0.0',
};

/** SARIF 2.1.0: one run, a rule per check, a result per open finding. */
export function sarifOf(
  { findings, imports }: Pick<Assessment, 'findings' | 'imports'>,
  version: string,
) {
  const rules = new Map<string, { at: number; rule: object }>();
  const results = findings.map((finding) => {
    const ruleId = ruleIdOf(finding);
    const known = rules.get(ruleId) ?? { at: rules.size, rule: ruleOf(ruleId, finding) };
    rules.set(ruleId, known);
    return resultOf(finding, ruleId, known.at);
  });
  const unread = imports.filter(({ status, partial }) => status === 'failed' || partial);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cspm',
            semanticVersion: version,
            rules: [...rules.values()].map(({ rule }) => rule),
          },
        },
        // A report that was not read whole hides findings.
        invocations: [
          {
            executionSuccessful: unread.length === 0,
            toolExecutionNotifications: unread.map(({ fileName, problem }) => ({
              level: 'error',
              message: { text: `${fileName} was not read whole: ${problem ?? 'unknown reason'}` },
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function ruleIdOf({ tool, checkId }: Finding): string {
  return `${tool}/${checkId}`;
}

function ruleOf(id: string, { title, tool, service, severity }: Finding) {
  return {
    id,
    shortDescription: { text: title || id },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      'security-severity': SCORES[severity],
      tags: ['security', tool, ...(service ? [service] : [])],
    },
  };
}

function resultOf(finding: Finding, ruleId: string, ruleIndex: number) {
  const { title, observed, severity, resourceUid, resourceName, details } = finding;
  const line = details?.code?.line ?? null;
  return {
    ruleId,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: [title || ruleId, observed].filter(Boolean).join('. ') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding) },
          region: { startLine: line !== null && line > 0 ? line : 1 },
        },
        logicalLocations: [
          { fullyQualifiedName: resourceUid, name: resourceName || resourceUid, kind: 'resource' },
        ],
      },
    ],
    // Of what the finding is about, not of its text or time: the same in every run.
    partialFingerprints: { 'cspmFinding/v1': finding.id },
    properties: {
      severity,
      provider: finding.provider,
      account: finding.accountId,
      region: finding.region,
    },
  };
}

/** A relative reference: the file in code, else account and resource. */
function uriOf({ details, provider, accountId, resourceUid }: Finding): string {
  const file = details?.code?.file;
  const parts = file ? file.split('/') : [provider, accountId, ...resourceUid.split('/')];
  // A segment such as `..` would lead elsewhere, and one with a colon would be a scheme.
  return parts
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '_')))
    .join('/');
}
