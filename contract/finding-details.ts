import { z } from 'zod';

/** A published weakness, as the report states it; what it does not state is null. */
const Vulnerability = z.object({
  ids: z.array(z.string()).describe('CVE and advisory ids'),
  cvss: z
    .object({
      score: z.number().describe('0 … 10'),
      vector: z.string().nullable(),
      source: z.string().nullable().describe('who scored it'),
    })
    .nullable(),
  epss: z
    .object({
      score: z.number().describe('0 … 1: how likely it is exploited within 30 days'),
      percentile: z.number().nullable(),
    })
    .nullable(),
  knownExploited: z.boolean().nullable().describe('in the catalogue of known exploited ones (KEV)'),
});

const AffectedPackage = z.object({
  name: z.string(),
  purl: z.string().nullable(),
  installedVersion: z.string().nullable(),
  fixedVersion: z.string().nullable().describe('null: no fix is known'),
  path: z.string().nullable(),
});

const WebPlace = z.object({
  url: z.string().describe('without the values of its parameters'),
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
  match: z.string().nullable().describe('the line of a secret, masked'),
});

/** What people ask of a finding beside its sentence. A part is left out where it does not apply. */
export const FindingDetails = z.object({
  vulnerability: Vulnerability.optional(),
  package: AffectedPackage.optional(),
  web: WebPlace.optional(),
  network: NetworkPlace.optional(),
  code: CodePlace.optional(),
});
export type FindingDetails = z.infer<typeof FindingDetails>;
