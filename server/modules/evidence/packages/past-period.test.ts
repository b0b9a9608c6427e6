import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  anActor,
  createTestApp,
  scansToControlsAnd,
  type TestApp,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { type Evidence, verifyPackage } from '../index.js';
import { bytesForm, textsOf } from '../testing/evidence-files.js';

const actor = anActor('a');
const frameworkId = 'nist-800-53-r5';
const from = '2026-01-01T00:00:00.000Z';

let app: TestApp;
let evidence: Evidence;
beforeAll(async () => {
  app = await createTestApp({ ...scansToControlsAnd('evidence'), authenticate: () => actor });
  evidence = app.container.get('evidence');
});
afterAll(() => app.close());

test('a package of a past period contains the revision valid then, one of now the current revision', async () => {
  const form = (text: string) => bytesForm(text, `${text.slice(0, 6)}.txt`);
  const post = async (url: string, payload: object) =>
    (await app.server.inject({ method: 'POST', url: `/api/evidence${url}`, payload })).json();
  const { id } = await post('?kind=procedure&controls=IAC-06', form('First: each year.'));
  await evidence.reviews.approve(actor, id, {});
  const before = [from, app.clock.now().toISOString()] as const;
  app.clock.moveDays(30);
  const until = app.clock.now().toISOString();
  await post(`/${id}/revisions`, form('Second: each month.'));
  const names = async (begin: string, to: string) => {
    const item = await evidence.packages.buildNow(actor, { frameworkId, from: begin, to });
    const path = join(app.platform.config.dataDir, `${item.id}.zip`);
    await pipeline(
      (await evidence.packages.content(actor, item.id)).content,
      createWriteStream(path),
    );
    expect((await verifyPackage(path)).problems).toEqual([]);
    return [...(await textsOf(path)).keys()].filter((name) => name.includes(id));
  };
  const first = `procedure/${id}-r1-First.txt`;
  const second = `procedure/${id}-r2-Second.txt`;
  // It waits for review: the first revision counted until then.
  expect(await names(...before)).toEqual([first]);
  await evidence.reviews.approve(actor, id, {});
  app.clock.moveDays(30);
  const now = app.clock.now().toISOString();
  expect(await names(...before)).toEqual([first]);
  expect(await names(until, now)).toEqual([second]);
  expect(await names(from, now)).toEqual([first, second]);
  const text = (await evidence.oscal.document(actor, frameworkId, 'assessment-results')).text;
  const [result] = JSON.parse(text)['assessment-results'].results;
  const resources = JSON.parse(text)['assessment-results']['back-matter'].resources;
  const uuids = [...result.observations, ...resources].map(({ uuid }) => uuid);
  expect(new Set(uuids).size).toBe(uuids.length);
});

test('a package of a past period has the score of its end, and states that the rest is later', async () => {
  const team = new TestTeam(app, 'a');
  const row = { check: 'kms_cmk_are_used', resource: 'key' };
  await team.import([{ ...row, status: 'PASS' }], { at: 100 });
  const to = app.clock.now().toISOString();
  const then = (await team.scores())[frameworkId];
  expect(then).toBeGreaterThan(0);
  app.clock.moveDays(20);
  await team.import([{ ...row, status: 'FAIL' }], { at: 120 });
  expect((await team.scores())[frameworkId]).toBeLessThan(then ?? 0);
  const { id } = await evidence.packages.buildNow(actor, { frameworkId, from, to });
  const path = join(app.platform.config.dataDir, 'then.zip');
  await pipeline((await evidence.packages.content(actor, id)).content, createWriteStream(path));
  const files = await textsOf(path);
  const { atEnd, framework } = JSON.parse(files.get('posture.json') ?? '');
  expect(atEnd.score).toBe(then);
  expect(framework.score).toBeLessThan(atEnd.score);
  const [result] = JSON.parse(files.get('oscal/assessment-results.json') ?? '')[
    'assessment-results'
  ].results;
  expect(result.description).toContain('after the end of the period');
  expect(result.props).toContainEqual(
    expect.objectContaining({ name: 'score-at-end', value: String(then) }),
  );
});

test('a package names the results that a status rests on when their evidence is outside the period', async () => {
  const team = new TestTeam(app, 'a');
  const { explanation } = await team.control('CRY-09');
  const seen = explanation.inputs.map(({ lastSeenAt }) => lastSeenAt ?? '').sort();
  const noteIn = async (begin: string, end: string, name: string) => {
    const { id } = await evidence.packages.buildNow(actor, { frameworkId, from: begin, to: end });
    const path = join(app.platform.config.dataDir, name);
    await pipeline((await evidence.packages.content(actor, id)).content, createWriteStream(path));
    const { controls } = JSON.parse((await textsOf(path)).get('posture.json') ?? '');
    return controls.find((each: { id: string }) => each.id === 'CRY-09').note;
  };
  const now = app.clock.now().toISOString();
  expect(await noteIn(from, now, 'all.zip')).toBeUndefined();
  const note = await noteIn(from, '2026-04-01T00:00:00.000Z', 'older.zip');
  expect(note).toContain(`It rests on results of ${seen[0]?.slice(0, 10)} by `);
});
