import { z } from 'zod';
import { Cadence, ControlKind, ControlStatus } from './control.js';
import { endpoint } from './endpoint.js';

/** A control that the team brought itself, with what uses it. */
export const CustomControlSummary = z.object({
  id: z.string(),
  title: z.string(),
  domain: z.string(),
  domainName: z.string(),
  weight: z.number(),
  kind: ControlKind,
  cadence: Cadence,
  status: ControlStatus,
  /** Requirements of the team’s own frameworks, active or not; while there are any it cannot be removed. */
  usedBy: z
    .array(
      z.object({
        framework: z.string(),
        frameworkName: z.string(),
        requirement: z.string(),
        title: z.string(),
      }),
    )
    .describe('at most 20'),
  usedByTotal: z.number(),
});
export type CustomControlSummary = z.infer<typeof CustomControlSummary>;

export const listCustomControls = endpoint({
  method: 'GET',
  path: '/api/common-controls/own',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'The team’s own controls, and the requirements that use each; at most 2,000',
  result: z.object({ items: z.array(CustomControlSummary).describe('by id') }),
});
