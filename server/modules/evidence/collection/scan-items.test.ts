import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Events } from '../../../platform/events/events.js';
import { fixturePath } from '../../../testing/prowler-rows.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('evidence'));
  team = new TestTeam(core);
  await team.register();
});
afterAll(() => core.close());

async function collected(): Promise<string> {
  const { id } = await core.scans.imports.importFile(
    team.actor,
    fixturePath('aws-sample.ocsf.json'),
  );
  const { collector } = core.container.get('evidence');
  expect(await collector.collectImport(team.actor, id)).toBeGreaterThan(3);
  return id;
}
async function statesOf(importId: string): Promise<string[]> {
  const { items } = core.container.get('evidence');
  const page = await items.list(team.actor, { kind: ['scan'], limit: 100, deleted: false });
  const own = page.items.filter(({ source }) => source.importId === importId);
  return [...new Set(own.map(({ state }) => state))];
}

test('evidence of an undone import stops counting, also when the undo was missed', async () => {
  const first = await collected();
  expect(await statesOf(first)).not.toContain('expired');
  await core.scans.undo.undo(team.actor, first);
  expect(await statesOf(first)).toEqual(['expired']);

  const second = await collected();
  const lost = vi.spyOn(Events.prototype, 'emit').mockResolvedValue();
  await core.scans.undo.undo(team.actor, second);
  lost.mockRestore();
  expect(await statesOf(second)).not.toContain('expired');
  await core.container.get('evidence').runMaintenance(team.actor);
  expect(await statesOf(second)).toEqual(['expired']);
});

test('titles of evidence for the same control name the target', async () => {
  const other = new TestTeam(core);
  await other.register();
  for (const [at, account] of ['111', '222'].entries()) {
    const row = { check: 'kms_cmk_are_used', resource: account, account } as const;
    await other.import([{ ...row, status: 'PASS' }], { at });
  }
  const { items, runMaintenance } = core.container.get('evidence');
  await runMaintenance(other.actor);
  const page = await items.list(other.actor, {
    ...{ kind: ['scan'], control: 'CRY-09', limit: 100, deleted: false },
  });
  expect(page.items.map(({ title }) => title).sort()).toEqual([
    'prowler of aws/111: Cryptographic Protections',
    'prowler of aws/222: Cryptographic Protections',
  ]);
});
