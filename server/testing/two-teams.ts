import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyEndpoint } from '../../contract/endpoint.js';
import { packageRoot } from '../package-root.js';
import { anActor, createTestApp, type TestApp, type TestOverrides } from './test-core.js';
import { fileForm } from './test-http.js';
import {
  accessOf,
  assessmentOf,
  driftOf,
  evidenceOf,
  QUESTION,
  scfOf,
} from './things-of-a-team.js';

const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
const RECENT = '2026-04-01T00:00:00.000Z';

/** What team `a` created and team `b` must not see. */
export interface Made {
  importId: string;
  findingId: string;
  tool: string;
  checkId: string;
  controlId: string;
  frameworkId: string;
  requirementId: string;
  /** Uploaded by the team. */
  ownFrameworkId: string;
  customControlId: string;
  /** The platform's id of a cloud account. */
  accountId: string;
  /** Provider of the account whose profile was set under that id. */
  provider: string;
  scanId: string;
  jobId: string;
  scheduleId: string;
  imageId: string;
  targetId: string;
  mappingReviewId: string;
  invitationId: string;
  keyId: string;
  forwardId: string;
  /** Users and sessions belong to no team: these are of nobody. */
  userId: string;
  sessionId: string;
  providerId: string;
  identityId: string;
  evidenceId: string;
  packageId: string;
  assessmentId: string;
  questionId: string;
  /** Of drift. */
  eventId: string;
  snapshotId: string;
  policyId: string;
  channelId: string;
  /** An SCF workbook, previewed and imported for the whole installation, and a framework of it. */
  releaseId: string;
  scf: { file: Uint8Array<ArrayBuffer>; frameworkId: string };
  /** Texts that occur only in the data of team `a`. */
  marks: string[];
}

export interface TwoTeams {
  app: TestApp;
  made: Made;
  /** Calls as a user of this team with every permission. */
  call(teamId: string, call: Call): Promise<Answer>;
}

export type Answer = Awaited<ReturnType<TestApp['server']['inject']>>;

export interface Call {
  method: AnyEndpoint['method'];
  url: string;
  payload?: object | FormData | string;
  headers?: Record<string, string>;
}

/**
 * One server, two teams: one with an import, a triage, a decision, an attestation and more; the other new. `changed`:
 * what to send in place of a request that creates these.
 */
export async function twoTeams({
  changed = (one) => one,
  authenticate = (request) => anActor(String(request.headers['x-team'])),
  ...overrides
}: TestOverrides & { changed?: (one: Call) => Call | Promise<Call> } = {}): Promise<TwoTeams> {
  const app = await createTestApp({
    ...overrides,
    authenticate,
  });
  const call = async (teamId: string, { payload, headers, ...rest }: Call): Promise<Answer> =>
    app.server.inject({
      ...rest,
      headers: { 'x-team': teamId, ...headers },
      payload: payload as object,
    });
  for (const id of ['a', 'b']) {
    await app.platform.teams.ensure({ id, name: `Team ${id}`, createdAt: RECENT });
  }
  const must = async (one: Call) => {
    const response = await call('a', await changed(one));
    if (response.statusCode >= 300) throw new Error(`${one.method} ${one.url}: ${response.body}`);
    return response.json();
  };
  const payload = fileForm(await readFile(SAMPLE, 'utf8'), 'report-of-team-a.json');
  const { id: importId } = await must({
    method: 'POST',
    url: '/api/security-scans/imports',
    payload,
  });
  await app.scans.pendingImports.drain();
  const { items } = await must({ method: 'GET', url: '/api/security-scans/findings' });
  const [{ id: findingId, tool, checkId, accountId, resourceUid }] = items;
  await must({
    method: 'POST',
    url: `/api/security-scans/findings/${findingId}/triage`,
    payload: { status: 'accepted', reason: 'reason-of-team-a', expiresAt: RECENT },
  });
  const controlId = 'IAC-06';
  await must({
    method: 'PUT',
    url: `/api/common-controls/${controlId}/decision`,
    payload: { kind: 'override', status: 'implemented', justification: 'justification-of-team-a' },
  });
  const { items: frameworks } = await must({ method: 'GET', url: '/api/frameworks' });
  let place: { frameworkId: string; requirementId: string } | undefined;
  for (const { id: frameworkId } of frameworks) {
    const { requirementStates } = await must({
      method: 'GET',
      url: `/api/frameworks/${frameworkId}`,
    });
    const open = requirementStates.find(
      (state: { attestationNeeded: boolean }) => state.attestationNeeded,
    );
    if (open) place = { frameworkId, requirementId: open.id };
    if (place) break;
  }
  if (!place) throw new Error('no requirement needs an attestation');
  await must({
    method: 'PUT',
    url: `/api/frameworks/${place.frameworkId}/requirements/${encodeURIComponent(place.requirementId)}/attestation`,
    payload: { statement: 'statement-of-team-a', expiresAt: RECENT },
  });
  const customControlId = 'OWNA-01';
  const control = `id,domain,title,intent\n${customControlId},IAC,control-of-team-a,intent-of-team-a\n`;
  await must({ method: 'POST', url: '/api/common-controls', payload: fileForm(control, 'a.csv') });
  const ownFrameworkId = 'own-of-team-a';
  const framework = `id: ${ownFrameworkId}\nname: Own\nversion: "1"\nrequirements: [{ id: R1, title: t }]\n`;
  await must({ method: 'POST', url: '/api/frameworks', payload: fileForm(framework, 'a.yaml') });
  const { id: account } = await must({
    method: 'POST',
    url: '/api/cloud-security/accounts',
    payload: accountOf('team-a', '123456789012'),
  });
  await must({
    method: 'PUT',
    url: `/api/compliance-engine/accounts/aws/${account}`,
    payload: { environment: 'environment-of-team-a', tags: ['tag-of-team-a'] },
  });
  await must({
    method: 'PUT',
    url: '/api/compliance-engine/accounts/aws/999988887777/regions',
    payload: { regions: ['ap-south-2'] },
  });
  await must({
    method: 'PUT',
    url: `/api/compliance-engine/scopes/${place.frameworkId}`,
    payload: { include: { tags: ['tag-of-team-a'] }, exclude: {} },
  });
  const scanUrl = '/api/scans';
  const { id: scanId } = await must({
    method: 'POST',
    url: scanUrl,
    payload: { kind: 'cloud', accountId: account },
  });
  const { queue } = app.container.scanning;
  const [job] = (await queue.list({ state: 'waiting', teamId: 'a' })).items;
  await must({ method: 'POST', url: `${scanUrl}/${scanId}/cancel` });
  const { items: schedules } = await must({ method: 'GET', url: `${scanUrl}/schedules` });
  await must({
    method: 'PUT',
    url: `${scanUrl}/own-targets`,
    payload: { ranges: ['10.9.8.0/24'], names: ['host-of-team-a.example'] },
  });
  const { id: imageId } = await must({
    method: 'POST',
    url: '/api/container-security/images',
    payload: { reference: 'ghcr.io/of-team-a/app:1' },
  });
  const { id: targetId } = await must({
    method: 'POST',
    url: '/api/security-scans/targets',
    payload: { kind: 'web', url: 'https://of-team-a.example/' },
  });
  const { reviews } = await must({
    method: 'POST',
    url: '/api/common-controls/mappings/reviews',
    payload: { reviews: [mappingReview(tool, checkId)] },
  });
  const { scf, releaseId } = await scfOf(must);
  const things = {
    ...{ imageId, targetId, mappingReviewId: reviews[0].id },
    ...(await accessOf(must)),
    ...(await assessmentOf(must)),
    ...(await driftOf(must)),
    ...(await evidenceOf(app, must, { controlId, frameworkId: place.frameworkId })),
  };
  const scanning = {
    ...things,
    accountId: account,
    scanId,
    jobId: job?.id ?? '',
    scheduleId: schedules[0].id,
  };
  const marks = [
    ...Object.values(scanning),
    customControlId,
    importId,
    findingId,
    accountId,
    resourceUid,
    'of-team-a',
    'user-of-a',
    'User of a',
  ];
  const brought = { ownFrameworkId, customControlId };
  const made = {
    provider: 'aws',
    ...{ importId, findingId, tool, checkId, controlId, marks },
    ...place,
    ...brought,
    ...scanning,
    ...{ releaseId, scf, questionId: QUESTION, userId: 'usr_none', sessionId: 'none' },
    ...{ providerId: 'none', identityId: 'none' },
  };
  return { app, call, made };
}

/** The review that accepts a check for a control. */
export function mappingReview(tool: string, checkId: string) {
  const reason = 'review-of-team-a';
  return { tool, checkId, controlId: 'IAC-07', verdict: 'accept', reason };
}

/** The request that adds an AWS account with this number. */
export function accountOf(team: string, accountId: string) {
  return {
    name: `Account-of-${team}`,
    scope: { kind: 'aws', accountId, regions: ['eu-west-1'] },
    credentials: {
      kind: 'aws_keys',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  };
}
