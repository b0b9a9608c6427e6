import { IDENTITY_PROBES } from './identity-probes.js';
import { empty, hidden, type Probe } from './probe.js';
import { SCAN_PROBES } from './scan-probes.js';
import { fileForm } from './test-http.js';
import { type Made, mappingReview } from './two-teams.js';

const importsReview: Probe = {
  ...empty,
  payload: () => fileForm(JSON.stringify(mappingReview('prowler', 'check-of-b'))),
};
/** Of an account of its own: which regions it uses is known of every account, also of one that has no results. */
const ownRegions: Probe = {
  ...empty,
  url: () => '/api/compliance-engine/accounts/aws/999988887777/regions',
};
export const PROBES: Record<string, Probe> = {
  'GET /api/health': empty,
  'GET /api/health/ready': empty,
  'GET /api/me': empty,
  ...IDENTITY_PROBES,
  'GET /api/audit': empty,
  'GET /api/audit/export': empty,
  'GET /api/audit/verification': empty,
  'POST /api/security-scans/imports': { ...empty, payload: () => fileForm('[]') },
  'GET /api/security-scans/imports': empty,
  'GET /api/security-scans/imports/:importId': hidden,
  'POST /api/security-scans/imports/:importId/undo': hidden,
  'GET /api/security-scans/finding-export': empty,
  'GET /api/security-scans/formats': empty,
  'GET /api/security-scans/open-ports': empty,
  'GET /api/security-scans/targets/:targetId/open-ports': hidden,
  'GET /api/security-scans/report-places': empty,
  // The account that only team a has results of.
  'PUT /api/security-scans/report-places': {
    ...hidden,
    payload: () => ({ provider: 'aws', accountId: '123456789012', isWhole: true }),
  },
  'GET /api/security-scans/findings': { ...empty, query: ({ checkId }) => `checkId=${checkId}` },
  'GET /api/security-scans/finding-groups': {
    ...empty,
    query: ({ checkId }) => `checkId=${checkId}`,
  },
  'GET /api/security-scans/finding-facets': {
    ...empty,
    query: ({ checkId }) => `checkId=${checkId}`,
  },
  'GET /api/security-scans/findings/:findingId': hidden,
  'POST /api/security-scans/findings/:findingId/triage': {
    ...hidden,
    payload: () => ({ status: 'open' }),
  },
  'GET /api/common-controls': empty,
  'GET /api/common-controls/mappings': empty,
  'GET /api/common-controls/mappings/reviews': empty,
  'POST /api/common-controls/mappings/reviews': {
    ...hidden,
    payload: ({ tool, checkId }) => ({ reviews: [mappingReview(tool, checkId)] }),
  },
  'POST /api/common-controls/mappings/reviews/revoke': {
    ...hidden,
    payload: ({ mappingReviewId }) => ({ ids: [mappingReviewId] }),
  },
  'GET /api/common-controls/mappings/export': empty,
  'POST /api/common-controls/mappings/import': importsReview,
  'POST /api/common-controls/mappings/import/preview': importsReview,
  'GET /api/common-controls/export/mapping-collection': empty,
  'GET /api/compliance-engine/export/ocsf': empty,
  'GET /api/common-controls/:controlId': empty,
  'GET /api/common-controls/by-check/:tool/:checkId': empty,
  'PUT /api/common-controls/:controlId/decision': {
    ...empty,
    payload: () => ({ kind: 'answer', status: 'partial', justification: 'written by team b' }),
  },
  'DELETE /api/common-controls/:controlId/decision': empty,
  'GET /api/common-controls/:controlId/scf': empty,
  'GET /api/common-controls/scf': empty,
  'GET /api/common-controls/scf/controls': empty,
  'GET /api/common-controls/scf/controls/:controlId': empty,
  'GET /api/common-controls/scf/frameworks': empty,
  'PUT /api/common-controls/scf/frameworks/:frameworkId': {
    ...empty,
    url: ({ scf }) => `/api/common-controls/scf/frameworks/${scf.frameworkId}`,
    payload: () => ({ active: true }),
  },
  'POST /api/common-controls/scf/preview': {
    ...empty,
    payload: ({ scf }) => fileForm(scf.file, 'workbook.xlsx'),
  },
  'POST /api/common-controls/scf/import': {
    ...empty,
    payload: ({ releaseId }) => ({ releaseId }),
  },
  'GET /api/common-controls/scf/releases': empty,
  'GET /api/common-controls/scf/releases/:releaseId/changes': empty,
  // Releases are shared by all teams, so a real id would be removed for both.
  'DELETE /api/common-controls/scf/releases/:releaseId': {
    ...hidden,
    url: () => '/api/common-controls/scf/releases/never_was',
  },
  'GET /api/frameworks': empty,
  'GET /api/frameworks/:frameworkId': empty,
  'GET /api/frameworks/:frameworkId/requirements/:requirementId': empty,
  'PUT /api/frameworks/:frameworkId/requirements/:requirementId/attestation': {
    ...empty,
    payload: () => ({ statement: 'written by team b', expiresAt: '2026-04-01T00:00:00.000Z' }),
  },
  'DELETE /api/frameworks/:frameworkId/requirements/:requirementId/attestation': empty,
  'GET /api/frameworks/available': empty,
  'GET /api/frameworks/overlaps': empty,
  'PUT /api/frameworks/:frameworkId/choice': { ...empty, payload: () => ({ active: true }) },
  'GET /api/frameworks/:frameworkId/gaps': { ...hidden, url: ofOwn('/gaps') },
  'GET /api/frameworks/:frameworkId/gaps/export': { ...hidden, url: ofOwn('/gaps/export') },
  'POST /api/frameworks/preview': { ...empty, payload: () => fileForm('id: b\n') },
  'POST /api/frameworks': {
    ...empty,
    payload: () =>
      fileForm('id: own-b\nname: b\nversion: b\nrequirements: [{ id: b, title: b }]\n', 'b.yaml'),
  },
  'GET /api/frameworks/:frameworkId/export': { ...hidden, url: ofOwn('/export') },
  'DELETE /api/frameworks/:frameworkId': {
    ...hidden,
    url: ofOwn(''),
    query: ({ ownFrameworkId }) => `confirm=${ownFrameworkId}`,
  },
  'POST /api/common-controls/preview': { ...empty, payload: () => fileForm('[]') },
  'POST /api/common-controls': {
    ...empty,
    payload: () => fileForm('id,domain,title,intent\nTEAMB-01,IAC,b,b\n', 'b.csv'),
  },
  'GET /api/common-controls/export': empty,
  'GET /api/common-controls/own': empty,
  'DELETE /api/common-controls/:controlId': {
    ...hidden,
    url: ({ customControlId }) => `/api/common-controls/${customControlId}`,
  },
  'POST /api/compliance-engine/sync': empty,
  'GET /api/compliance-engine/fixes': empty,
  'GET /api/compliance-engine/health': empty,
  'GET /api/compliance-engine/posture': empty,
  'GET /api/compliance-engine/settings': empty,
  'PUT /api/compliance-engine/settings': {
    ...empty,
    payload: () => ({ failShare: 0.5, evidenceDays: 90, answerDays: 365, autoSatisfyShare: 0.8 }),
  },
  'GET /api/compliance-engine/accounts': empty,
  'PUT /api/compliance-engine/accounts/:provider/:accountId': {
    ...empty,
    url: () => '/api/compliance-engine/accounts/aws/999988887777',
    payload: () => ({ environment: 'production', tags: ['team-b'] }),
  },
  'DELETE /api/compliance-engine/accounts/:provider/:accountId': hidden,
  'GET /api/compliance-engine/accounts/:provider/:accountId/regions': ownRegions,
  'PUT /api/compliance-engine/accounts/:provider/:accountId/regions': {
    ...ownRegions,
    payload: () => ({ regions: ['eu-north-1'] }),
  },
  'DELETE /api/compliance-engine/accounts/:provider/:accountId/regions': ownRegions,
  'GET /api/compliance-engine/scopes': empty,
  'PUT /api/compliance-engine/scopes/:frameworkId': {
    ...empty,
    payload: () => ({ include: { environments: ['production'] }, exclude: {} }),
  },
  'DELETE /api/compliance-engine/scopes/:frameworkId': empty,
  'GET /api/common-controls/:controlId/decisions': empty,
  'GET /api/common-controls/:controlId/history': empty,
  'GET /api/compliance-engine/decisions': empty,
  'GET /api/compliance-engine/history': {
    ...empty,
    query: ({ frameworkId }) => `framework=${frameworkId}`,
  },
  'GET /api/compliance-engine/history/posture': {
    ...empty,
    query: () => 'at=2026-03-01T12:00:00.000Z',
  },
  'GET /api/compliance-engine/history/definitions': empty,
  ...SCAN_PROBES,
  'GET /api/assessments/questionnaires': empty,
  'GET /api/assessments/settings': empty,
  'PUT /api/assessments/settings': {
    ...empty,
    payload: () => ({ validityDays: 30 }),
  },
  'GET /api/assessments': empty,
  'POST /api/assessments': {
    ...empty,
    payload: () => ({ questionnaireId: 'owasp-api-top-10-2023', name: 'By team b' }),
  },
  'GET /api/assessments/:assessmentId': hidden,
  'PATCH /api/assessments/:assessmentId': { ...hidden, payload: () => ({ name: 'By team b' }) },
  'DELETE /api/assessments/:assessmentId': hidden,
  'GET /api/assessments/:assessmentId/deletion': hidden,
  'POST /api/assessments/:assessmentId/restore': hidden,
  'GET /api/assessments/:assessmentId/questions': hidden,
  'PUT /api/assessments/:assessmentId/answers/:questionId': {
    ...hidden,
    payload: () => ({ value: 'no', explanation: 'written by team b' }),
  },
  'DELETE /api/assessments/:assessmentId/answers/:questionId': hidden,
  'GET /api/assessments/:assessmentId/autofill': hidden,
  'POST /api/assessments/:assessmentId/autofill': { ...hidden, payload: () => ({}) },
  'POST /api/assessments/:assessmentId/complete': { ...hidden, payload: () => ({}) },
  'POST /api/assessments/:assessmentId/reopen': {
    ...hidden,
    payload: () => ({ reason: 'written by team b' }),
  },
  'POST /api/assessments/:assessmentId/clone': {
    ...hidden,
    payload: () => ({ name: 'By team b' }),
  },
  'GET /api/assessments/:assessmentId/export': { ...hidden, query: () => 'format=xlsx' },
  'GET /api/evidence': empty,
  'POST /api/evidence': { ...empty, payload: () => fileForm('written by team b', 'b.txt') },
  'GET /api/evidence/settings': empty,
  'PUT /api/evidence/settings': {
    ...empty,
    payload: () => ({ fourEyes: true, maxUploadMegabytes: 2 }),
  },
  'GET /api/evidence/coverage': empty,
  'GET /api/evidence/gaps/:frameworkId': empty,
  'POST /api/evidence/packages': { ...empty, payload: packageOf },
  'GET /api/evidence/packages': empty,
  'GET /api/evidence/packages/:packageId': hidden,
  'GET /api/evidence/packages/:packageId/content': hidden,
  'GET /api/evidence/oscal/:frameworkId': empty,
  'GET /api/evidence/:evidenceId': hidden,
  'PATCH /api/evidence/:evidenceId': { ...hidden, payload: () => ({ title: 'renamed by b' }) },
  'DELETE /api/evidence/:evidenceId': hidden,
  'POST /api/evidence/:evidenceId/restore': hidden,
  'POST /api/evidence/:evidenceId/revisions': {
    ...hidden,
    payload: () => fileForm('other of team b', 'b.txt'),
  },
  'GET /api/evidence/:evidenceId/content': hidden,
  'POST /api/evidence/:evidenceId/submit': { ...hidden, payload: () => ({}) },
  'POST /api/evidence/:evidenceId/approve': { ...hidden, payload: () => ({}) },
  'POST /api/evidence/:evidenceId/reject': { ...hidden, payload: () => ({ reason: 'by team b' }) },
  'POST /api/evidence/:evidenceId/renewal': { ...hidden, payload: () => ({ reason: 'by team b' }) },
  'GET /api/drift/events': { ...empty, query: ({ controlId }) => `control=${controlId}` },
  'GET /api/drift/summary': empty,
  'GET /api/drift/events/:eventId': hidden,
  'PATCH /api/drift/events/:eventId': { ...hidden, payload: () => ({ acknowledged: true }) },
  'GET /api/drift/settings': empty,
  'PATCH /api/drift/settings': { ...empty, payload: () => ({ expiringDays: 20 }) },
  'GET /api/drift/snapshots': empty,
  'POST /api/drift/snapshots': { ...empty, payload: () => ({ name: 'last audit' }) },
  'PATCH /api/drift/snapshots/:snapshotId': { ...hidden, payload: () => ({ name: 'ours' }) },
  'DELETE /api/drift/snapshots/:snapshotId': hidden,
  'GET /api/drift/diff': { ...hidden, query: ({ snapshotId }) => `from=${snapshotId}` },
  'GET /api/drift/policies': empty,
  'POST /api/drift/policies': {
    ...empty,
    payload: () => ({ name: 'policy of b', channels: ['in_app'] }),
  },
  'PATCH /api/drift/policies/:policyId': { ...hidden, payload: () => ({ enabled: false }) },
  'DELETE /api/drift/policies/:policyId': hidden,
  'GET /api/drift/channels': empty,
  'POST /api/drift/channels': {
    ...empty,
    payload: () => ({
      name: 'channel of b',
      target: { kind: 'slack', url: 'https://203.0.114.8/' },
    }),
  },
  'PATCH /api/drift/channels/:channelId': { ...hidden, payload: () => ({ enabled: false }) },
  'DELETE /api/drift/channels/:channelId': hidden,
  'POST /api/drift/channels/:channelId/test': hidden,
  'GET /api/drift/channels/:channelId/deliveries': hidden,
  'GET /api/drift/notifications': empty,
  'POST /api/drift/notifications/read': { ...empty, payload: () => ({}) },
};

/** The path of team `a`'s custom framework. */
function ofOwn(rest: string) {
  return ({ ownFrameworkId }: Made) => `/api/frameworks/${ownFrameworkId}${rest}`;
}

function packageOf({ frameworkId }: Made) {
  return { frameworkId, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
}
