import { z } from 'zod';
import { ChangeCause } from './compliance-history.js';
import {
  Assurance,
  Attributions,
  ControlDecision,
  ControlKind,
  ControlStatus,
  type Relation,
} from './control.js';
import { endpoint } from './endpoint.js';
import { FindingGroup } from './finding-groups.js';
import { RequirementState } from './framework.js';
import { RegionNote } from './regions.js';
import { Severity } from './severity.js';

/** What a control says about a requirement, in plain words: the control “covers all of it”. */
export const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  equal: 'asks for the same',
  subset: 'covers all of it',
  superset: 'covers a part of it',
  intersects: 'overlaps with it',
};

/** A finding that lowers the requirement, in a few words. */
const WorstResource = z.object({
  findingId: z.string(),
  resource: z.string(),
  provider: z.string(),
  accountId: z.string(),
  region: z.string(),
  severity: Severity,
});

export const FailingCheck = FindingGroup.extend({
  controls: z.array(z.string()).describe('the controls of the requirement that it lowers'),
  worst: z.array(WorstResource).describe('at most 3; empty for callers who may not read findings'),
});
export type FailingCheck = z.infer<typeof FailingCheck>;

/** A piece of evidence for the requirement or one of its controls. */
export const RequirementEvidenceItem = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  title: z.string(),
  controlIds: z.array(z.string()).describe('of the requirement’s controls'),
  effectiveFrom: z.string(),
  collectedAt: z.string(),
  expiresAt: z.string(),
  valid: z.boolean(),
});
export type RequirementEvidenceItem = z.infer<typeof RequirementEvidenceItem>;

/** Something that would raise the status or the score. */
export const RequirementStep = z.object({
  /** Null: a statement of a person about the requirement itself. */
  controlId: z.string().nullable(),
  texts: z.array(z.string()).describe('actions, one sentence each'),
  gain: z.number().describe('points of the framework’s score'),
});
export type RequirementStep = z.infer<typeof RequirementStep>;

/** Why a requirement has its status, with everything that decides about it. */
export const RequirementWhy = RequirementState.extend({
  framework: z.object({ id: z.string(), name: z.string(), version: z.string() }),
  sectionTitle: z.string(),
  why: z.string().describe('one sentence'),
  regions: z.array(RegionNote).describe('what results show of the regions of its accounts'),
  scoped: z.boolean().describe('only accounts in the framework’s scope count'),
  controls: z.array(
    RequirementState.shape.controls.element.extend({
      kind: ControlKind.nullable(),
      assurance: Assurance,
      reason: z.string(),
      openFindings: z.number(),
    }),
  ),
  findings: z.object({
    total: z.number().describe('findings that lower it: open, suppressed or accepted, each once'),
    checksTotal: z.number(),
    checks: z.array(FailingCheck).describe('worst first, at most 25'),
  }),
  decisions: z.array(ControlDecision.extend({ controlId: z.string() })),
  evidence: z
    .object({ total: z.number(), items: z.array(RequirementEvidenceItem) })
    .nullable()
    .describe('newest first, at most 25; null while the module evidence is unavailable'),
  history: z
    .array(
      z.object({
        controlId: z.string(),
        at: z.string(),
        from: ControlStatus.nullable(),
        to: ControlStatus,
        cause: ChangeCause,
        reason: z.string(),
      }),
    )
    .describe('changes of status of its controls, newest first, at most 25'),
  steps: z.array(RequirementStep).describe('most valuable first'),
  evaluatedAt: z.string().nullable(),
  attributions: Attributions,
});
export type RequirementWhy = z.infer<typeof RequirementWhy>;

export const getRequirement = endpoint({
  method: 'GET',
  path: '/api/frameworks/:frameworkId/requirements/:requirementId',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'One requirement: its status, why, and what would change it',
  params: z.object({ frameworkId: z.string(), requirementId: z.string() }),
  result: RequirementWhy,
});
