import { z } from 'zod';

/** A published vulnerability as stated in the report; null where the report states nothing. */
const Vulnerability = z.object({
  ids: z.array(z.string()).describe('CVE and advisory ids'),
  cvss: z
    .object({
      score: z.number().describe('0 … 10'),
      vector: z.string().nullable(),
      source: z.string().nullable().describe('publisher of the score'),
    })
    .nullable(),
  epss: z
    .object({
      score: z.number().describe('0 … 1: probability of exploitation within 30 days'),
      percentile: z.number().nullable(),
    })
    .nullable(),
  knownExploited: z
    .boolean()
    .nullable()
    .describe('listed in the known exploited vulnerabilities catalogue (KEV)'),
});

const AffectedPackage = z.object({
  name: z.string(),
  purl: z.string().nullable(),
  installedVersion: z.string().nullable(),
  fixedVersion: z.string().nullable().describe('null when no fix is known'),
  path: z.string().nullable(),
});

const WebPlace = z.object({
  url: z.string().describe('without parameter values'),
  method: z.string().nullable(),
  parameter: z.string().nullable(),
});

const NetworkPlace = z.object({
  address: z.string(),
  protocol: z.string(),
  port: z.number(),
  service: z.string().nullable(),
  product: z.string().nullable(),
  version: z.string().nullable(),
  encrypted: z.boolean(),
});

const CodePlace = z.object({
  file: z.string(),
  line: z.number().nullable(),
  match: z.string().nullable().describe('the line with the secret, masked'),
});

/** Structured details of a finding. A part is absent where it does not apply. */
export const FindingDetails = z.object({
  vulnerability: Vulnerability.optional(),
  package: AffectedPackage.optional(),
  web: WebPlace.optional(),
  network: NetworkPlace.optional(),
  code: CodePlace.optional(),
});
export type FindingDetails = z.infer<typeof FindingDetails>;
