import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyEndpoint } from '../contract/endpoint.js';
import { Problem } from '../contract/problem.js';
import { type Probe, requestOf } from './testing/probe.js';
import { PROBES } from './testing/team-probes.js';
import { type Call, type Made, type TwoTeams, twoTeams } from './testing/two-teams.js';

const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`;

let teams: TwoTeams;
let before: string;
beforeAll(async () => {
  teams = await twoTeams();
  before = await whatTeamASees();
}, 60_000);
afterAll(() => teams.app.close());

test('every endpoint has a probe, and every probe an endpoint', () => {
  expect(teams.app.http.endpoints.map(nameOf).sort()).toEqual(Object.keys(PROBES).sort());
});

describe('team b, requesting objects of team a', () => {
  test.each(Object.entries(PROBES))('%s', async (name, probe) => {
    const response = await teams.call('b', callOf(name, probe));
    for (const mark of teams.made.marks) expect(response.body).not.toContain(mark);
    expect(response.statusCode).not.toBe(403);
    if (probe.expected === 'hidden') {
      expect(response.statusCode).toBe(404);
      const invented = await teams.call('b', callOf(name, probe, 'never_was'));
      const problemOf = (body: string) => ({ ...Problem.parse(JSON.parse(body)), requestId: '' });
      // Not even the message reveals that it exists.
      expect(problemOf(response.body)).toEqual(problemOf(invented.body));
    } else if (probe.expected === 'refused') {
      expect([401, 404, 409, 422]).toContain(response.statusCode);
    } else expect([200, 201, 202, 404]).toContain(response.statusCode);
  });

  test('gets no results of team a, not even with its cursor', async () => {
    const page = await teams.call('a', {
      method: 'GET',
      url: '/api/security-scans/findings?limit=1',
    });
    const cursor = encodeURIComponent(page.json().nextCursor);
    const url = `/api/security-scans/findings?limit=50&cursor=${cursor}`;
    const next = await teams.call('b', { method: 'GET', url });
    expect(next.statusCode === 200 ? next.json().items : []).toEqual([]);
    const facets = await teams.call('b', {
      method: 'GET',
      url: '/api/security-scans/finding-facets',
    });
    expect(Object.values(facets.json()).flat()).toEqual([]);
    const posture = await teams.call('b', { method: 'GET', url: '/api/compliance-engine/posture' });
    expect(posture.json()).toMatchObject({ accounts: [], topFixes: [] });
  });

  test('changes nothing of team a', async () => {
    await teams.app.scans.pendingImports.drain();
    expect(await whatTeamASees()).toBe(before);
    const { items } = await teams.app.platform.audit.page({ teamId: 'a' }, {}, 200);
    expect(items.map(({ actor }) => actor)).toContain('user-of-a');
    expect(items.map(({ actor }) => actor)).not.toContain('user-of-b');
  });
});

test('every upload rejects a form that ends in its file', async () => {
  const uploads = teams.app.http.endpoints.filter(({ upload }) => upload);
  expect(uploads.length).toBeGreaterThanOrEqual(10);
  for (const endpoint of uploads) {
    const name = nameOf(endpoint);
    const probe = PROBES[name];
    if (!probe) throw new Error(`no probe of ${name}`);
    const response = await teams.call('a', {
      ...callOf(name, probe),
      payload:
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nplanted',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect([name, response.statusCode]).toEqual([name, 422]);
    expect(Problem.parse(response.json()).detail).toContain('ends before its closing boundary');
  }
});

/** They answer what would happen, or were done before and change nothing. */
const WITHOUT_ENTRY: readonly string[] = [
  'POST /api/common-controls/mappings/import/preview',
  'POST /api/frameworks/preview',
  'POST /api/common-controls/preview',
  'POST /api/scans/estimate',
  'PUT /api/common-controls/scf/frameworks/:frameworkId',
  'POST /api/common-controls/scf/preview',
  'POST /api/common-controls/scf/import',
  'POST /api/assessments/:assessmentId/autofill',
  // It grants nothing before somebody allows it, which is recorded.
  'POST /api/auth/cli/start',
];

describe('team a, writing to its own objects and exporting them', () => {
  // What ends a thing comes last.
  const calls = Object.entries(PROBES).sort(
    ([one], [two]) => Number(one.startsWith('DELETE')) - Number(two.startsWith('DELETE')),
  );

  test('leaves an entry in the audit trail for each success', async () => {
    const { audit } = teams.app.platform;
    const entries = async () => {
      const teamIds = ['installation', ...(await teams.app.platform.teams.ids())];
      const ends = await Promise.all(teamIds.map((teamId) => audit.lastSeq({ teamId })));
      return ends.reduce((sum, end) => sum + end, 0);
    };
    const exports = new Set(
      teams.app.http.endpoints.filter(({ download }) => download).map(nameOf),
    );
    const silent: string[] = [];
    let done = 0;
    for (const [name, probe] of calls) {
      if (name.startsWith('GET ') && !exports.has(name)) continue;
      const before = await entries();
      const { statusCode } = await teams.call('a', callOf(name, probe));
      if (statusCode >= 300) continue;
      await teams.app.scans.pendingImports.drain();
      done += 1;
      if ((await entries()) === before) silent.push(name);
    }
    expect(silent.filter((name) => !WITHOUT_ENTRY.includes(name))).toEqual([]);
    expect(done).toBeGreaterThan(60);
  }, 60_000);
});

function callOf(name: string, probe: Probe, id?: string): Call {
  return requestOf(id === undefined ? teams.made : inventedLike(teams.made, id), name, probe);
}

function inventedLike(made: Made, id: string): Made {
  const ids = Object.keys(made).map((key) => [key, key === 'marks' ? [] : id]);
  return Object.fromEntries(ids) as Made;
}

/** Everything that team a reads, except uptimes. */
async function whatTeamASees(): Promise<string> {
  const seen: string[] = [];
  for (const [name, probe] of Object.entries(PROBES)) {
    if (!name.startsWith('GET ') || name.startsWith('GET /api/health')) continue;
    // Exports of team a itself are in its trail; users and teams belong to all.
    if (/^GET \/api\/(?:audit|users|teams$)/.test(name)) continue;
    const { statusCode, body } = await teams.call('a', callOf(name, probe));
    // A problem includes the id of its request.
    seen.push(statusCode === 200 ? body : `${name}: ${statusCode}`);
  }
  return seen.join('\n');
}
