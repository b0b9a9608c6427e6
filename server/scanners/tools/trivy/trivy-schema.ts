import { z } from 'zod';
import { part, text, texts } from '../../rows/lenient.js';

const number = z.number().nullish().catch(null);
const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish().catch(null);

export const Vulnerability = part({
  VulnerabilityID: text,
  PkgID: text,
  PkgName: text,
  PkgPath: text,
  PkgIdentifier: part({ PURL: text }),
  InstalledVersion: text,
  FixedVersion: text,
  Status: text,
  SeveritySource: text,
  PrimaryURL: text,
  Title: text,
  Description: text,
  Severity: text,
  CweIDs: texts,
  CVSS: z
    .record(
      z.string(),
      part({
        V40Score: number,
        V3Score: number,
        V2Score: number,
        V40Vector: text,
        V3Vector: text,
        V2Vector: text,
      }),
    )
    .catch({}),
  PublishedDate: text,
});
export type Vulnerability = z.infer<typeof Vulnerability>;

const CodeLine = part({ Content: text, IsCause: z.boolean().catch(false) });
export const Misconfiguration = part({
  Type: text,
  ID: text,
  AVDID: text,
  Title: text,
  Description: text,
  Message: text,
  Resolution: text,
  Severity: text,
  PrimaryURL: text,
  Status: text,
  CauseMetadata: part({
    Resource: text,
    Provider: text,
    Service: text,
    StartLine: number,
    Code: part({ Lines: listOf(CodeLine) }),
  }),
});
export type Misconfiguration = z.infer<typeof Misconfiguration>;

/** Without `Code`, in which only the matching line is masked, not its neighbours. */
export const Secret = part({
  RuleID: text,
  Category: text,
  Severity: text,
  Title: text,
  StartLine: number,
  Match: text,
});
export type Secret = z.infer<typeof Secret>;

export const License = part({
  Severity: text,
  Category: text,
  PkgName: text,
  FilePath: text,
  Name: text,
  Link: text,
});
export type License = z.infer<typeof License>;

export const Modified = part({
  Type: text,
  Status: text,
  Statement: text,
  Source: text,
  Finding: z.unknown().optional(),
});

export const Result = part({
  Target: text,
  Class: text,
  Type: text,
  // Lists are parsed one by one, or memory would hold all of them twice.
  Vulnerabilities: z.unknown().optional(),
  MisconfSummary: part({ Successes: number, Failures: number, Exceptions: number }).nullish(),
  Misconfigurations: z.unknown().optional(),
  Secrets: z.unknown().optional(),
  Licenses: z.unknown().optional(),
  ExperimentalModifiedFindings: z.unknown().optional(),
});
export type Result = z.infer<typeof Result>;

export const Resource = part({
  Namespace: text,
  Kind: text,
  Name: text,
  Results: z.unknown().optional(),
  /** Why it could not be scanned. */
  Error: text,
});

/** All generations: schema 2, schema 1, and cluster reports. Without the image config and its environment. */
export const Report = z.object({
  SchemaVersion: number,
  Trivy: part({ Version: text }),
  CreatedAt: text,
  ArtifactName: text,
  ArtifactType: text,
  Metadata: part({
    OS: part({ Family: text, Name: text, EOSL: z.boolean().catch(false) }),
    ImageID: text,
    RepoTags: texts,
    RepoDigests: texts,
    Reference: text,
    RepoURL: text,
    Branch: text,
  }),
  Results: z.unknown().optional(),
  ClusterName: text,
  Resources: z.unknown().optional(),
  Vulnerabilities: z.unknown().optional(),
  Misconfigurations: z.unknown().optional(),
});
export type Report = z.infer<typeof Report>;
