import type { WebUrl } from '../../targets/index.js';
import { WEB_CHECKS, type WebResult } from './web-checks.js';

export const WEB_CHECK_REPORT = 'web-check.ocsf.json';
const STATUS = { pass: 'PASS', fail: 'FAIL', not_evaluated: 'ERROR' } as const;
const OCSF_SEVERITY = ['informational', 'low', 'medium', 'high', 'critical'];

/**
 * The results as OCSF detection findings (class 2004), which the platform reads like any tool's. A
 * result's identity is its site, check and part, so that later scans find the same results.
 */
export function webCheckReport(url: WebUrl, results: readonly WebResult[], at: Date): string {
  return `${JSON.stringify(results.map((result) => findingOf(url, result, at)))}\n`;
}

function findingOf(
  { origin, host }: WebUrl,
  { check, verdict, observed, part }: WebResult,
  at: Date,
) {
  const { title, description, remediation, severity, group } = WEB_CHECKS[check];
  const uid = part === undefined ? origin : `${origin}#${part}`;
  const status = verdict === 'fail' ? 'New' : 'Resolved';
  return {
    class_uid: 2004,
    class_name: 'Detection Finding',
    category_uid: 2,
    activity_id: 1,
    type_uid: 200401,
    time: at.getTime(),
    time_dt: at.toISOString(),
    severity: severity.charAt(0).toUpperCase() + severity.slice(1),
    severity_id: OCSF_SEVERITY.indexOf(severity) + 1,
    status,
    status_id: verdict === 'fail' ? 1 : 4,
    status_code: STATUS[verdict],
    status_detail: observed,
    message: observed,
    metadata: {
      version: '1.5.0',
      event_code: check,
      product: { name: 'Web check', vendor_name: 'OffloadSecurity', version: WEB_CHECK_VERSION },
    },
    finding_info: {
      uid: `web-check-${check}-${uid}`,
      title,
      desc: description,
      types: [group],
    },
    remediation: { desc: remediation, references: [] },
    // The same name as ZAP and nuclei use, so that a site is one account.
    cloud: { provider: 'web', region: '', account: { uid: origin, name: host.text } },
    resources: [{ uid, name: uid, type: part === undefined ? 'web site' : 'cookie', labels: [] }],
  };
}

/** Raised when checks are added. */
export const WEB_CHECK_VERSION = '1.0.0';
