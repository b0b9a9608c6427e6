import { z } from 'zod';
import type { FindingDetails } from '../../../../contract/finding-details.js';
import { numberIn, orNull } from '../../rows/clean-details.js';
import { part, text } from '../../rows/lenient.js';

const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish().catch(null);

/** The vulnerabilities of a detection; OCSF 1.1 and later. */
export const Vulnerabilities = listOf(
  part({
    cve: part({
      uid: text,
      cvss: listOf(part({ base_score: text, vector_string: text, src_url: text })),
      epss: part({ score: text, percentile: text }),
    }),
    affected_packages: listOf(
      part({ name: text, version: text, fixed_in_version: text, purl: text, path: text }),
    ),
  }),
);

/** Of the first vulnerability: findings rarely have several. */
export function detailsOf(given: z.infer<typeof Vulnerabilities>): { details?: FindingDetails } {
  const [first] = given ?? [];
  if (!first) return {};
  const [cvss] = first.cve.cvss ?? [];
  const score = numberIn(cvss?.base_score ?? '');
  const epss = numberIn(first.cve.epss.score);
  const [affected] = first.affected_packages ?? [];
  return {
    details: {
      vulnerability: {
        ids: (given ?? []).map(({ cve }) => cve.uid),
        cvss:
          score === null
            ? null
            : { score, vector: orNull(cvss?.vector_string ?? ''), source: null },
        epss:
          epss === null ? null : { score: epss, percentile: numberIn(first.cve.epss.percentile) },
        knownExploited: null,
      },
      ...(affected && affected.name !== ''
        ? {
            package: {
              name: affected.name,
              purl: orNull(affected.purl),
              installedVersion: orNull(affected.version),
              fixedVersion: orNull(affected.fixed_in_version),
              path: orNull(affected.path),
            },
          }
        : {}),
    },
  };
}
