import { scfWorkbook } from './scf-workbook.js';
import type { TestApp } from './test-core.js';
import { fileForm } from './test-http.js';
import type { Call } from './two-teams.js';

// biome-ignore lint/suspicious/noExplicitAny: responses of any endpoint
type Must = (call: Call) => Promise<any>;

export const QUESTION = 'API1:2023-1';

/** An open invitation and an API key. */
export async function accessOf(must: Must): Promise<{
  invitationId: string;
  keyId: string;
  forwardId: string;
}> {
  const { id: invitationId } = await must({
    method: 'POST',
    url: '/api/invitations',
    payload: { email: 'invited@of-team-a.example', role: 'VIEWER' },
  });
  const { id: keyId } = await must({
    method: 'POST',
    url: '/api/api-keys',
    payload: { name: 'key-of-team-a', permissions: ['findings:read'] },
  });
  const { id: forwardId } = await must({
    method: 'POST',
    url: '/api/audit/forwards',
    payload: { target: { kind: 'webhook', url: 'https://203.0.114.9/of-team-a' } },
  });
  return { invitationId, keyId, forwardId };
}

/** An assessment with one answer. */
export async function assessmentOf(must: Must): Promise<{ assessmentId: string }> {
  const { id: assessmentId } = await must({
    method: 'POST',
    url: '/api/assessments',
    payload: { questionnaireId: 'owasp-api-top-10-2023', name: 'Assessment of-team-a' },
  });
  await must({
    method: 'PUT',
    url: `/api/assessments/${assessmentId}/answers/${encodeURIComponent(QUESTION)}`,
    payload: { value: 'yes', explanation: 'explanation-of-team-a' },
  });
  return { assessmentId };
}

/** An uploaded document and a built package. */
export async function evidenceOf(
  app: TestApp,
  must: Must,
  { controlId, frameworkId }: { controlId: string; frameworkId: string },
): Promise<{ evidenceId: string; packageId: string }> {
  const { id: evidenceId } = await must({
    method: 'POST',
    url: `/api/evidence?controls=${controlId}&title=Evidence-of-team-a`,
    payload: fileForm('evidence-of-team-a', 'policy-of-team-a.txt'),
  });
  const { id: packageId } = await must({
    method: 'POST',
    url: '/api/evidence/packages',
    payload: { frameworkId, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
  });
  await app.container.get('evidence').packages.run({ teamId: 'a' }, packageId);
  return { evidenceId, packageId };
}

/** A drift event (from a decision that expires soon), a snapshot, a channel and a policy. */
export async function driftOf(must: Must) {
  await must({
    method: 'PUT',
    url: '/api/common-controls/IAC-01/decision',
    payload: {
      kind: 'not_applicable',
      approver: 'Approver of-team-a',
      justification: 'justification-of-team-a',
      expiresAt: '2026-03-05T00:00:00.000Z',
    },
  });
  const { items } = await must({ method: 'GET', url: '/api/drift/events?limit=1' });
  const eventId: string | undefined = items[0]?.id;
  if (!eventId) throw new Error('team a has no drift');
  await must({
    method: 'PATCH',
    url: `/api/drift/events/${eventId}`,
    payload: { note: 'note-of-team-a' },
  });
  const snapshot = await must({
    method: 'POST',
    url: '/api/drift/snapshots',
    payload: { name: 'snapshot-of-team-a' },
  });
  const channel = await must({
    method: 'POST',
    url: '/api/drift/channels',
    payload: {
      name: 'channel-of-team-a',
      target: { kind: 'slack', url: 'https://203.0.114.7/services/of-team-a' },
    },
  });
  const policy = await must({
    method: 'POST',
    url: '/api/drift/policies',
    payload: { name: 'policy-of-team-a', channels: [channel.id] },
  });
  const ids: Record<'snapshotId' | 'channelId' | 'policyId', string> = {
    snapshotId: snapshot.id,
    channelId: channel.id,
    policyId: policy.id,
  };
  return { eventId, ...ids };
}

/** A workbook imported for all teams, and one of its frameworks activated for this team. */
export async function scfOf(must: Must) {
  const file = new Uint8Array(await scfWorkbook());
  const url = '/api/common-controls/scf';
  const { release } = await must({
    method: 'POST',
    url: `${url}/preview`,
    payload: fileForm(file, 'workbook-of-team-a.xlsx'),
  });
  const releaseId: string = release.id;
  await must({ method: 'POST', url: `${url}/import`, payload: { releaseId } });
  const frameworkId = 'scf:general-harbour-code-2';
  await must({ method: 'PUT', url: `${url}/frameworks/${frameworkId}`, payload: { active: true } });
  return { releaseId, scf: { file, frameworkId } };
}
