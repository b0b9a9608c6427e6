import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReach } from '../contract/audit-reach.js';
import type { AnyEndpoint } from '../contract/endpoint.js';
import { Problem } from '../contract/problem.js';
import { REACH_PERMISSIONS, REACH_TABLE } from '../contract/within-reach.js';
import { requestOf } from './testing/probe.js';
import { PROBES } from './testing/team-probes.js';
import { anActor } from './testing/test-core.js';
import { type TwoTeams, twoTeams } from './testing/two-teams.js';

// Every route of the product, called by an auditor who is limited to one framework: by the table of routes, so that a
// new one is covered.

const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`;
const TABLE = new Map(REACH_TABLE.map((rule) => [nameOf(rule.endpoint), rule]));

let teams: TwoTeams;
let reach: AuditReach | undefined;
beforeAll(async () => {
  teams = await twoTeams({
    // Whoever they are otherwise: the reach alone must hold.
    authenticate: () => ({ ...anActor('a'), ...(reach ? { reach } : {}) }),
  });
}, 60_000);
afterAll(() => teams.app.close());

const own = (frameworkId: string, period: Partial<AuditReach> = {}): AuditReach => ({
  ...{ frameworkId, from: null, to: null },
  ...period,
});

async function as(given: AuditReach, name: string, made = teams.made) {
  reach = given;
  try {
    return await teams.call('a', requestOf(made, name, PROBES[name] ?? { expected: 'empty' }));
  } finally {
    reach = undefined;
  }
}

const ofTeams = () =>
  teams.app.http.endpoints.filter(({ access }) => access !== 'public' && access !== 'signed-in');

test('every entry of the table is a route that reads, with a permission of such an auditor', () => {
  const names = teams.app.http.endpoints.map(nameOf);
  for (const [name, { endpoint, about }] of TABLE) {
    expect(names).toContain(name);
    expect(name.startsWith('GET ')).toBe(true);
    expect(REACH_PERMISSIONS).toContain(endpoint.access);
    if (about) expect(TABLE.has(nameOf(about))).toBe(true);
  }
});

test('every route without an entry refuses the auditor', async () => {
  const outside = ofTeams().filter((endpoint) => !TABLE.has(nameOf(endpoint)));
  expect(outside.length).toBeGreaterThan(150);
  for (const endpoint of outside) {
    const name = nameOf(endpoint);
    const { statusCode, body } = await as(own(teams.made.frameworkId), name);
    expect([name, statusCode]).toEqual([name, 403]);
    expect(Problem.parse(JSON.parse(body)).detail).toContain('limited to one framework');
  }
});

describe('an auditor of a framework without controls sees nothing of the others', () => {
  test.each([...TABLE.keys()])('%s', async (name) => {
    const { made } = teams;
    const { statusCode, body } = await as(own(made.ownFrameworkId), name);
    expect([200, 404]).toContain(statusCode);
    // The marks include a part of its own id.
    const rest = body.replaceAll(made.ownFrameworkId, '');
    for (const mark of [...made.marks, made.frameworkId]) expect(rest).not.toContain(mark);
    if (statusCode === 200) return;
    // What exists outside and what does not exist get the same answer.
    const invented = { ...made, ...inventedIds() };
    const unknown = await as(own(made.ownFrameworkId), name, invented);
    const problem = (text: string) => ({ ...Problem.parse(JSON.parse(text)), requestId: '' });
    expect(problem(body)).toEqual(problem(unknown.body));
  });
});

const inventedIds = () =>
  Object.fromEntries(
    ['frameworkId', 'controlId', 'requirementId', 'evidenceId', 'packageId'].map((key) => [
      key,
      'never_was',
    ]),
  );

describe('an auditor of a framework', () => {
  const bodyOf = async (name: string, period?: Partial<AuditReach>) => {
    const answer = await as(own(teams.made.frameworkId, period), name);
    return { status: answer.statusCode, body: answer.body };
  };
  const read = async (name: string, period?: Partial<AuditReach>) => {
    const { status, body } = await bodyOf(name, period);
    expect([name, status]).toEqual([name, 200]);
    return JSON.parse(body);
  };

  test('reads it, its controls, evidence and packages', async () => {
    const { frameworkId, controlId, evidenceId, packageId } = teams.made;
    const frameworks = await read('GET /api/frameworks');
    expect(frameworks.items.map(({ id }: { id: string }) => id)).toEqual([frameworkId]);
    const controls = await read('GET /api/common-controls');
    expect(controls.items.length).toBeGreaterThan(0);
    const counted = controls.domains.map((each: { controls: number }) => each.controls);
    expect(counted.reduce((sum: number, each: number) => sum + each, 0)).toBe(
      controls.items.length,
    );
    const control = await read('GET /api/common-controls/:controlId');
    expect(control.id).toBe(controlId);
    const served = new Set(
      control.requirements.map((each: { framework: string }) => each.framework),
    );
    expect([...served]).toEqual([frameworkId]);
    const evidence = await read('GET /api/evidence');
    expect(evidence.items.map(({ id }: { id: string }) => id)).toContain(evidenceId);
    expect((await bodyOf('GET /api/evidence/:evidenceId/content')).status).toBe(200);
    const packages = await read('GET /api/evidence/packages');
    expect(packages.items.map(({ id }: { id: string }) => id)).toEqual([packageId]);
  });

  test('of another period reads no evidence and no package', async () => {
    const past = { from: '2019-01-01T00:00:00.000Z', to: '2019-03-31T23:59:59.000Z' };
    expect((await read('GET /api/evidence', past)).items).toEqual([]);
    expect((await read('GET /api/evidence/packages', past)).items).toEqual([]);
    const why = await read('GET /api/frameworks/:frameworkId/requirements/:requirementId', past);
    expect(why.evidence).toEqual({ total: 0, items: [] });
    for (const name of [
      'GET /api/evidence/:evidenceId',
      'GET /api/evidence/:evidenceId/content',
      'GET /api/evidence/packages/:packageId',
      'GET /api/evidence/packages/:packageId/content',
    ]) {
      expect([name, (await bodyOf(name, past)).status]).toEqual([name, 404]);
    }
    for (const name of ['GET /api/evidence/coverage', 'GET /api/evidence/gaps/:frameworkId']) {
      expect([name, (await bodyOf(name, past)).status]).toEqual([name, 403]);
    }
  });

  test('cannot name another framework in a query', async () => {
    reach = own(teams.made.frameworkId);
    const url = `/api/evidence?framework=${teams.made.ownFrameworkId}`;
    const { statusCode } = await teams.call('a', { method: 'GET', url });
    reach = undefined;
    expect(statusCode).toBe(404);
  });
});
