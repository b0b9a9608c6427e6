import { empty, hidden, type Probe } from './probe.js';
import { accountOf, type Made } from './two-teams.js';

/** Probes of accounts, scans, schedules, images and targets. */
export const SCAN_PROBES: Record<string, Probe> = {
  'POST /api/cloud-security/accounts': { ...empty, payload: () => accountOf('b', '210987654321') },
  'GET /api/cloud-security/accounts': empty,
  'GET /api/cloud-security/accounts/:accountId': hidden,
  'PATCH /api/cloud-security/accounts/:accountId': {
    ...hidden,
    payload: () => ({ name: 'renamed by team b' }),
  },
  'DELETE /api/cloud-security/accounts/:accountId': hidden,
  'POST /api/cloud-security/accounts/:accountId/test': hidden,
  'POST /api/scans': { ...hidden, payload: scanOf },
  'POST /api/scans/estimate': { ...hidden, payload: scanOf },
  'GET /api/scans': empty,
  'GET /api/scans/:scanId': hidden,
  'GET /api/scans/:scanId/events': hidden,
  'POST /api/scans/:scanId/cancel': hidden,
  'POST /api/scans/:scanId/retry': { ...hidden, payload: () => ({}) },
  'GET /api/scans/dead-letters': empty,
  'POST /api/scans/dead-letters/:jobId/retry': hidden,
  'GET /api/scans/own-targets': empty,
  'PUT /api/scans/own-targets': {
    ...empty,
    payload: () => ({ ranges: ['10.0.0.0/8'], names: ['team-b.example'] }),
  },
  'GET /api/scans/tools': empty,
  'GET /api/scans/schedules': empty,
  'PATCH /api/scans/schedules/:scheduleId': { ...hidden, payload: () => ({ enabled: false }) },
  'POST /api/scans/schedules/:scheduleId/run': hidden,
  'POST /api/scans/schedules': {
    ...empty,
    payload: () => ({ request: { kind: 'web', url: 'https://203.0.114.8/' }, cron: '@daily' }),
  },
  'GET /api/scans/schedules/:scheduleId': hidden,
  'DELETE /api/scans/schedules/:scheduleId': hidden,
  'GET /api/scans/schedule-preview': { ...empty, query: () => 'cron=@daily' },
  // System jobs serve every team and name none.
  'GET /api/scans/system-jobs': empty,
  'PATCH /api/scans/system-jobs/:scheduleId': { ...hidden, payload: () => ({ enabled: false }) },
  'POST /api/scans/system-jobs/:scheduleId/run': hidden,
  'GET /api/container-security/images': empty,
  'POST /api/container-security/images': { ...empty, payload: () => ({ reference: 'nginx:1' }) },
  'GET /api/container-security/images/:imageId': hidden,
  'POST /api/container-security/images/:imageId/scan': hidden,
  'DELETE /api/container-security/images/:imageId': hidden,
  'GET /api/container-security/images/:imageId/sbom': hidden,
  'GET /api/container-security/registries': empty,
  'GET /api/container-security/packages': empty,
  'GET /api/security-scans/targets': empty,
  'POST /api/security-scans/targets': {
    ...empty,
    payload: () => ({ kind: 'web', url: 'https://example.org' }),
  },
  'GET /api/security-scans/targets/:targetId': hidden,
  'POST /api/security-scans/targets/:targetId/scan': { ...hidden, payload: () => ({}) },
  'DELETE /api/security-scans/targets/:targetId': hidden,
};

function scanOf({ accountId }: Made) {
  return { kind: 'cloud', accountId };
}
