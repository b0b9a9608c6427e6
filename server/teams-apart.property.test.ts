import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnyEndpoint, PERMISSIONS } from '../contract/endpoint.js';
import { propertyRuns } from './testing/property-runs.js';
import { SAMPLE } from './testing/recent-sample.js';
import { PROBES } from './testing/team-probes.js';
import { anActor, createTestApp, type TestApp } from './testing/test-core.js';
import { fileForm } from './testing/test-http.js';
import type { Made } from './testing/two-teams.js';

// Two teams call whatever there is, in any order and with each other's ids: neither sees or changes the other's.

type Team = 'a' | 'b';
const other = (team: Team): Team => (team === 'a' ? 'b' : 'a');
/** They call other servers. */
const SENDS = /\/(?:send|test)$/;
/** Ids that the product makes: of one team each. */
const ID = /\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b/g;

let app: TestApp;
let endpoints: AnyEndpoint[];
/** The team that each id was first returned to, and the ids by the path that returned them. */
const owners = new Map<string, Team>();
const idsAt = new Map<string, string[]>();
/** Ids of the other team that a team wrote into its own texts. */
const echoed = { a: new Set<string>(), b: new Set<string>() };

beforeAll(async () => {
  const permissions = PERMISSIONS.filter((each) => each !== 'installation:write');
  app = await createTestApp({
    authenticate: ({ headers }) => anActor(String(headers['x-team']), permissions),
  });
  // What belongs to the installation, and streams, which do not end.
  endpoints = app.http.endpoints.filter(
    ({ access, events, path }) =>
      access.includes(':') && access !== 'installation:write' && !events && !SENDS.test(path),
  );
  const report = await readFile(SAMPLE, 'utf8');
  for (const team of ['a', 'b'] as const) {
    await app.platform.teams.ensure({
      id: team,
      name: team,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    await send(team, 'POST', '/api/security-scans/imports', fileForm(report, 'report.json'));
  }
  await app.scans.pendingImports.drain();
  for (const { method, path } of endpoints) {
    if (method === 'GET' && !path.includes(':'))
      for (const team of ['a', 'b'] as const) await send(team, 'GET', path);
  }
}, 60_000);
afterAll(() => app.close());

/** Sends it and remembers which ids the answer has; those of the other team fail the test. */
async function send(team: Team, method: AnyEndpoint['method'], url: string, payload?: object) {
  const answer = await app.server.inject({
    ...{ method, url, headers: { 'x-team': team } },
    ...(payload ? { payload } : {}),
  });
  const { statusCode, body } = answer;
  // What a team sends itself comes back: a title, a filter, an account that it names.
  const sent = JSON.stringify([payload, url]);
  if (statusCode === 500) throw new Error(`${method} ${url}: ${body}`);
  if (statusCode >= 300) return;
  for (const id of sent.match(ID) ?? []) echoed[team].add(id);
  for (const id of new Set(body.match(ID) ?? [])) {
    const owner = owners.get(id);
    if (owner === other(team) && !echoed[team].has(id))
      throw new Error(`${method} ${url} shows ${id} of the other team`);
    if (owner || sent.includes(id)) continue;
    owners.set(id, team);
    const [path = ''] = url.split('?');
    idsAt.set(path, [...(idsAt.get(path) ?? []), id]);
  }
}

/** The endpoint's path with ids that were seen below it, of either team. */
function pathOf({ path }: AnyEndpoint, pick: number): string {
  return path.replace(/:\w+/g, (_parameter, at: number) => {
    const ids = idsAt.get(path.slice(0, at - 1)) ?? [...owners.keys()];
    return encodeURIComponent(ids[pick % ids.length] ?? 'none');
  });
}

/** What a probe asks for: any id of either team. */
const anyMade = (pick: number) =>
  new Proxy({} as Made, {
    get: () => [...owners.keys()][pick % Math.max(owners.size, 1)] ?? 'none',
  });

const steps = fc.array(
  fc.record({ team: fc.constantFrom('a', 'b'), endpoint: fc.nat(), pick: fc.nat() }),
  { minLength: 20, maxLength: 40 },
);

test('any sequence of calls of two teams shows and changes nothing of the other', async () => {
  let changes = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      for (const { team, endpoint: which, pick } of sequence as {
        team: Team;
        endpoint: number;
        pick: number;
      }[]) {
        const endpoint = endpoints[which % endpoints.length] as AnyEndpoint;
        const { method, path } = endpoint;
        const { payload, query } = PROBES[`${method} ${path}`] ?? {};
        const made = anyMade(pick);
        const { audit } = app.platform;
        const trail = (of: Team) => audit.lastSeq({ teamId: of });
        const [mine, theirs] = [await trail(team), await trail(other(team))];
        const search = query ? `?${query(made)}` : '';
        await send(team, method, pathOf(endpoint, pick) + search, payload?.(made));
        await app.scans.pendingImports.drain();
        // Every write is in the trail of the team that it changed (teams-apart.test.ts).
        expect([method, path, await trail(other(team))]).toEqual([method, path, theirs]);
        if ((await trail(team)) > mine) changes += 1;
      }
    }),
    // The same sequences each time; another seed is for hunting.
    { numRuns: propertyRuns(20, 6), seed: 20_261_201 },
  );
  expect(changes).toBeGreaterThan(10);
  expect(new Set(owners.values()).size).toBe(2);
}, 300_000);
