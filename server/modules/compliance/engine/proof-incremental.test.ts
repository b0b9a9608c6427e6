import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MODULES } from '../../../product-modules.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { landmarksOf } from './landmarks.rules.js';

// A run of the property imports up to four reports.
vi.setConfig({ testTimeout: 300_000 });

let core: TestCore;
beforeAll(async () => {
  // The catalogue's own proof.
  core = await createTestCore({ ...SCANS_TO_CONTROLS, modules: MODULES });
});
afterAll(() => core.close());

const LANDMARKS = [
  ...['iam_root_mfa_enabled', 'account_maintain_current_contact_details', 'accessanalyzer_enabled'],
  ...['cloudtrail_multi_region_enabled', 'securityhub_enabled', 'backup_plans_exist'],
];
/** Checks that others need, that need others, and that show or prove several kinds of things. */
const CHECKS = [
  ...['guardduty_is_enabled', 'guardduty_no_high_severity_findings', 'guardduty_is_enabled'],
  ...['s3_bucket_default_encryption', 's3_bucket_public_access', 's3_bucket_kms_encryption'],
  ...['rds_instance_storage_encrypted', 'rds_instance_no_public_access', 'inspector2_is_enabled'],
  ...['cognito_user_pool_mfa_enabled', 'cognito_user_pool_deletion_protection_enabled'],
  ...['iam_user_mfa_enabled_console_access', 'cloudtrail_log_file_validation_enabled'],
  ...LANDMARKS,
];
const rows: fc.Arbitrary<RowSpec[]> = fc
  .record({
    isWhole: fc.boolean(),
    drawn: fc.array(
      fc.record({
        check: fc.constantFrom(...CHECKS),
        // `111` is the account itself.
        resource: fc.constantFrom('thing', 'other', '111'),
        account: fc.constantFrom('111', '111', '222'),
        status: fc.constantFrom('FAIL', 'PASS', 'PASS', 'PASS', 'MANUAL'),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  })
  .map(({ isWhole, drawn }) => [
    ...(isWhole
      ? LANDMARKS.map((check) => ({ check, resource: '111', status: 'PASS' as const }))
      : []),
    ...drawn,
  ]);

/** Something of both accounts. */
const ACCOUNTS: RowSpec[] = ['111', '222'].map((account) => ({
  ...{ check: 's3_bucket_public_access', resource: 'thing', status: 'PASS', account },
}));

it('states after incremental runs equal a full computation, whatever services are seen', async () => {
  expect(landmarksOf(core.catalogue.shipped.checks, 'aws').needed).toBe(5);
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(rows, { minLength: 2, maxLength: 4 }), async (reports) => {
      const team = new TestTeam(core);
      await core.compliance.engine.catchUp(team.actor);
      // Both accounts are known from the first report on, so that later ones compute changes only.
      for (const [at, report] of [ACCOUNTS, ...reports].entries()) {
        const text = ocsfReport(report, { at: at + 1 });
        await team.importText(text, 'report.ocsf.json', { coverage: 'complete' });
      }
      const { lastRun } = await core.compliance.posture.overview(team.actor);
      expect(lastRun?.mode).toBe('incremental');
      const kept = await team.controlStates();
      await core.compliance.engine.sync(team.actor);
      expect(await team.controlStates()).toEqual(kept);
      seen += kept.flatMap(({ explanation }) => explanation.proof?.items ?? []).length;
    }),
    { numRuns: propertyRuns(10, 4) },
  );
  expect(seen).toBeGreaterThan(0);
});
