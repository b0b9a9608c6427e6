import { expect, it } from 'vitest';
import { readRows } from '../../testing/read-rows.js';

const finding = (checkId: string, type: string, profiles: string[] = []) =>
  JSON.stringify([
    {
      class_uid: 2004,
      status_code: 'FAIL',
      severity: 'High',
      metadata: { event_code: checkId, product: { name: 'Prowler', version: '5.4.0' }, profiles },
      finding_info: { uid: 'x', title: 'A check' },
      resources: [{ name: 'web', uid: 'uid-1', type }],
    },
  ]);

it.each([
  ['the profile', finding('made_up', 'x', ['container', 'datetime']), 'kubernetes'],
  ['the check', finding('apiserver_audit_log_path_set', 'x'), 'kubernetes'],
  ['the resource type', finding('made_up', 'AwsS3Bucket'), 'aws'],
])('recognises the provider of a report without one by %s', async (_, text, provider) => {
  const { rows, outcome } = await readRows(text);
  expect(outcome).toMatchObject({ results: 1, partial: false });
  expect(rows[0]).toMatchObject({ provider, verdict: 'fail' });
});

it('rejects a result whose provider is unknown', async () => {
  await expect(readRows(finding('made_up', 'x'))).rejects.toThrow(/does not name its provider/);
});
