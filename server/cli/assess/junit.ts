import type { ControlSummary } from '../../../contract/compliance.js';
import type { Finding, ReportImport } from '../../../contract/security-scans.js';
import type { Assessment } from './assessment.js';

interface Case {
  className: string;
  name: string;
  outcome: { kind: 'failure' | 'error' | 'skipped'; message: string; text?: string } | null;
}

/**
 * JUnit XML, for the test reports of GitLab and Jenkins: reports, controls and open findings as test cases. What was not
 * assessed is skipped, never passed.
 */
export function junitOf({ imports, controls, findings }: Assessment): string {
  const suites = [
    suiteOf('Reports', imports.map(reportCase)),
    suiteOf('Controls', controls.map(controlCase)),
    suiteOf('Open findings', findings.map(findingCase)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cspm">\n${suites.join('')}</testsuites>\n`;
}

function reportCase({ fileName, status, partial, problem }: ReportImport): Case {
  const message = problem ?? 'not read whole';
  const isWhole = status !== 'failed' && !partial;
  return {
    ...{ className: 'report', name: fileName },
    outcome: isWhole ? null : { kind: 'error', message },
  };
}

function controlCase({ id, title, status, reason }: ControlSummary): Case {
  const isMet = status === 'implemented' || status === 'not_applicable';
  const kind = status === 'not_assessed' ? 'skipped' : 'failure';
  const message = `${status}: ${reason}`;
  return {
    ...{ className: `control.${id}`, name: `${id} ${title}` },
    outcome: isMet ? null : { kind, message },
  };
}

function findingCase(finding: Finding): Case {
  const { tool, checkId, title, severity, resourceUid, observed } = finding;
  const { provider, accountId, region, details } = finding;
  const code = details?.code;
  const place = code ? `${code.file}${code.line === null ? '' : `:${code.line}`}` : resourceUid;
  return {
    className: `${tool}.${checkId}`,
    name: `[${severity}] ${title || checkId}: ${place}`,
    outcome: {
      kind: 'failure',
      message: `${severity}: ${title || checkId}`,
      text: [`${provider}/${accountId} ${region}`.trim(), resourceUid, observed]
        .filter(Boolean)
        .join('\n'),
    },
  };
}

function suiteOf(name: string, cases: readonly Case[]): string {
  const of = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const counts = `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}"`;
  return `  <testsuite name="${name}" ${counts}>\n${cases.map(caseText).join('')}  </testsuite>\n`;
}

function caseText({ className, name, outcome }: Case): string {
  const head = `    <testcase classname="${xml(className)}" name="${xml(name)}"`;
  if (!outcome) return `${head}/>\n`;
  const { kind, message, text = '' } = outcome;
  return `${head}><${kind} message="${xml(message)}">${xml(text)}</${kind}></testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Reports contain what XML cannot: control characters and halves of surrogate pairs. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (char: string) => ENTITIES[char] ?? '');
}
