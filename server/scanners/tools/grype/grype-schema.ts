import { z } from 'zod';
import { part, text, texts } from '../../rows/lenient.js';

const number = z.number().nullish().catch(null);
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .catch(null)
    .transform((list) => list ?? [])
    .prefault(null);

const Vulnerability = part({
  id: text,
  dataSource: text,
  namespace: text,
  severity: text,
  description: text,
  cvss: listOf(part({ source: text, vector: text, metrics: part({ baseScore: number }) })),
  epss: listOf(part({ epss: number, percentile: number })),
  knownExploited: listOf(part({ cve: text })),
  cwes: listOf(part({ cwe: text })),
  fix: part({ versions: texts, state: text }),
});
export type Vulnerability = z.infer<typeof Vulnerability>;

/** A vulnerability of a package, without `artifact.metadata` and match details. */
export const Match = part({
  vulnerability: Vulnerability,
  relatedVulnerabilities: listOf(Vulnerability),
  matchDetails: listOf(part({ type: text, fix: part({ suggestedVersion: text }) })),
  artifact: part({
    name: text,
    version: text,
    type: text,
    purl: text,
    locations: listOf(part({ path: text })),
  }),
  /** Why a match is ignored. */
  appliedIgnoreRules: listOf(
    part({ reason: text, 'vex-status': text, 'vex-justification': text, 'fix-state': text }),
  ),
});
export type Match = z.infer<typeof Match>;

const DatabaseStatus = part({
  built: text,
  error: text,
  valid: z.boolean().nullish().catch(null),
});

export const Report = z.object({
  // Parsed one by one.
  matches: z.array(z.unknown(), { error: 'is not a list' }),
  ignoredMatches: z.unknown().optional(),
  alertsByPackage: listOf(part({ alerts: listOf(part({ type: text, message: text })) })),
  source: part({ type: text, target: z.unknown().optional() }),
  descriptor: part({
    version: text,
    timestamp: text,
    // Up to 0.87, the status itself.
    db: part({ ...{ built: text, error: text }, status: DatabaseStatus }),
  }),
});
export type Report = z.infer<typeof Report>;

/** The metadata of an image, without its config and environment; a text for other sources. */
export const ImageTarget = part({
  userInput: text,
  imageID: text,
  manifestDigest: text,
  tags: texts,
  repoDigests: texts,
});
