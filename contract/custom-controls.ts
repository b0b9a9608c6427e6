import { z } from 'zod';
import { Cadence, ControlKind, ControlStatus } from './control.js';
import { endpoint } from './endpoint.js';

/** A custom control of the team, with the requirements that use it. */
export const CustomControlSummary = z.object({
  id: z.string(),
  title: z.string(),
  domain: z.string(),
  domainName: z.string(),
  weight: z.number(),
  kind: ControlKind,
  cadence: Cadence,
  status: ControlStatus,
  /** Requirements of custom frameworks, active or not; a used control cannot be deleted. */
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
  module: 'catalogue',
  access: 'compliance:read',
  summary: 'The team’s custom controls with the requirements that use them; at most 2,000',
  tagged: true,
  result: z.object({ items: z.array(CustomControlSummary).describe('by id') }),
});
