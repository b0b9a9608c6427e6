import { z } from 'zod';
import { ControlStatus, RequirementStatus } from './control.js';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

const Score = z.number().nullable();

/** Where a team stood at a moment; kept whole by parts that many snapshots share. */
export const DriftSnapshot = z.object({
  id: z.string(),
  /** Null: taken because something had changed. */
  name: z.string().nullable(),
  at: z.string(),
  /** sha256 over all that it holds: equal where nothing differs. */
  hash: z.string(),
  ruleVersion: z.string(),
  controls: z.record(ControlStatus, z.number()),
  openFindings: z.number().describe('sum over controls; a finding counts for each it lowers'),
  frameworks: z.array(
    z.object({ id: z.string(), name: z.string(), score: Score, coverage: Score, ceiling: Score }),
  ),
});
export type DriftSnapshot = z.infer<typeof DriftSnapshot>;

const Both = <T extends z.ZodType>(item: T) => ({ from: item, to: item });

export const SnapshotDiff = z.object({
  from: DriftSnapshot,
  to: DriftSnapshot,
  /** Library, mapping or rules differ: what moved may be due to them. */
  definitionChanged: z.boolean(),
  /** The team judges by other thresholds, accounts or scopes: what moved may be due to that. */
  settingsChanged: z.boolean(),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      ...Both(ControlStatus.nullable()),
      openFindings: z.object(Both(z.number())),
      /** One sentence each: what made the difference. */
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
  findings: z.object({
    opened: z.number().describe('summed over the controls that have more open findings'),
    closed: z.number().describe('summed over the controls that have fewer'),
  }),
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
  summary: 'Snapshots of the team’s standing, newest first',
  query: PageQuery.extend({ named: z.stringbool().optional().describe('only those with a name') }),
  result: pageOf(DriftSnapshot),
});

export const createSnapshot = endpoint({
  method: 'POST',
  path: '/api/drift/snapshots',
  module,
  access: 'drift:write',
  summary: 'Keep the present standing under a name, such as “last audit”',
  body: z.object({ name: SnapshotName }),
  result: DriftSnapshot,
  status: 201,
});

export const renameSnapshot = endpoint({
  method: 'PATCH',
  path: '/api/drift/snapshots/:snapshotId',
  module,
  access: 'drift:write',
  summary: 'Give a snapshot a name, or another one; what has a name is kept',
  params: SnapshotParams,
  body: z.object({ name: SnapshotName }),
  result: DriftSnapshot,
});

export const deleteSnapshot = endpoint({
  method: 'DELETE',
  path: '/api/drift/snapshots/:snapshotId',
  module,
  access: 'drift:write',
  summary: 'Remove a named snapshot',
  params: SnapshotParams,
  result: z.object({ id: z.string() }),
});

export const diffSnapshots = endpoint({
  method: 'GET',
  path: '/api/drift/diff',
  module,
  access: 'drift:read',
  summary: 'What moved between two snapshots, or between one and now',
  query: z.object({
    from: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('id or name of a snapshot; the newest with a name when it is left out'),
    to: z.string().min(1).max(100).default('now').describe('id or name of a snapshot, or “now”'),
  }),
  result: SnapshotDiff,
});
