import { z } from 'zod';
import { ControlStatus, RequirementStatus } from './control.js';
import { endpoint } from './endpoint.js';
import { Flag, PageQuery, pageOf } from './page.js';

const Score = z.number().nullable();

/** The team's compliance state at a point in time. Snapshots share unchanged parts. */
export const DriftSnapshot = z.object({
  id: z.string(),
  /** Null for snapshots taken automatically after a change. */
  name: z.string().nullable(),
  at: z.string(),
  /** SHA-256 of the content: equal when nothing differs. */
  hash: z.string(),
  ruleVersion: z.string(),
  controls: z.record(ControlStatus, z.number()),
  openFindings: z
    .number()
    .nullable()
    .describe(
      'findings that are open, suppressed or accepted, each once; null in snapshots of former releases',
    ),
  frameworks: z.array(
    z.object({ id: z.string(), name: z.string(), score: Score, coverage: Score, ceiling: Score }),
  ),
});
export type DriftSnapshot = z.infer<typeof DriftSnapshot>;

const Both = <T extends z.ZodType>(item: T) => ({ from: item, to: item });

export const SnapshotDiff = z.object({
  from: DriftSnapshot,
  to: DriftSnapshot,
  /** True when library, mapping or rules differ, which may explain changes. */
  definitionChanged: z.boolean(),
  /** True when thresholds, accounts or scopes differ, which may explain changes. */
  settingsChanged: z.boolean(),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      ...Both(ControlStatus.nullable()),
      openFindings: z.object(Both(z.number())),
      /** The causes of the difference, one sentence each. */
      causes: z.array(z.string()),
    }),
  ),
  requirements: z
    .array(
      z.object({
        framework: z.string(),
        requirement: z.string(),
        ...Both(RequirementStatus.nullable()),
      }),
    )
    .describe('at most 2,000 of requirementsTotal'),
  requirementsTotal: z.number(),
  frameworks: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      score: z.object(Both(Score)),
      coverage: z.object(Both(Score)),
    }),
  ),
  findings: z
    .object({
      opened: z.number().describe('more findings of a check in an account, summed up'),
      closed: z.number().describe('fewer findings of a check in an account, summed up'),
    })
    .nullable()
    .describe('each finding once; null when a snapshot is of a former release'),
});
export type SnapshotDiff = z.infer<typeof SnapshotDiff>;

const module = 'drift';
const SnapshotParams = z.object({ snapshotId: z.string().max(100) });
const SnapshotName = z.string().trim().min(1).max(100);

export const listSnapshots = endpoint({
  method: 'GET',
  path: '/api/drift/snapshots',
  module,
  access: 'drift:read',
  summary: 'Snapshots of the team’s compliance state, newest first',
  query: PageQuery.extend({ named: Flag.optional().describe('only named snapshots') }),
  result: pageOf(DriftSnapshot),
});

export const createSnapshot = endpoint({
  method: 'POST',
  path: '/api/drift/snapshots',
  module,
  access: 'drift:write',
  summary: 'Save the current state under a name, such as “last audit”',
  body: z.object({ name: SnapshotName }),
  idempotent: { shownOnce: [] },
  result: DriftSnapshot,
  status: 201,
});

export const renameSnapshot = endpoint({
  method: 'PATCH',
  path: '/api/drift/snapshots/:snapshotId',
  module,
  access: 'drift:write',
  summary: 'Name or rename a snapshot; named snapshots are not deleted automatically',
  params: SnapshotParams,
  body: z.object({ name: SnapshotName }),
  result: DriftSnapshot,
});

export const deleteSnapshot = endpoint({
  method: 'DELETE',
  path: '/api/drift/snapshots/:snapshotId',
  module,
  access: 'drift:write',
  summary: 'Delete a named snapshot',
  params: SnapshotParams,
  result: z.object({ id: z.string() }),
});

export const diffSnapshots = endpoint({
  method: 'GET',
  path: '/api/drift/diff',
  module,
  access: 'drift:read',
  summary: 'Differences between two snapshots, or between a snapshot and now',
  query: z.object({
    from: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('id or name of a snapshot; default: the newest named one'),
    to: z.string().min(1).max(100).default('now').describe('id or name of a snapshot, or “now”'),
  }),
  result: SnapshotDiff,
});
