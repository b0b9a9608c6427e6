import type { TopKeys } from '../../readers/json-keys.js';
import { entriesIn, isObject, placed, unknownLists } from '../../readers/list-entries.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
} from '../../readers/report-reader.js';
import { accountOfImage, repositoryOfArtifact } from '../../rows/artifact-name.js';
import { createGenericBuilder, placeOf } from '../../rows/generic-row.js';
import { firstIssue, PLAIN } from '../../rows/lenient.js';
import type { HiddenPart, ReportFacts } from '../../rows/report.js';
import { rowOf, type Where } from './grype-rows.js';
import { ImageTarget, Match, Report } from './grype-schema.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const GRYPE_LISTS = ['{['] as const;

const KNOWN = new Set(['matches', 'ignoredMatches', 'alertsByPackage']);

/** True for the beginning of a Grype report, whose matches come first and may be long. */
export function isGrypeJson({ list, has, head }: TopKeys): boolean {
  if (list || has('artifacts')) return false;
  if (/^\s*\{\s*"matches"\s*:\s*\[\s*\{\s*"vulnerability"\s*:/.test(head)) return true;
  return has('descriptor') && (has('matches') || has('ignoredMatches') || has('distro'));
}

/** An older database is a gap, as it lacks newer vulnerabilities. */
const MAX_DATABASE_AGE_DAYS = 7;
const DAY_MS = 24 * 3600_000;

/** Reads a complete report. */
export function createGrypeReader(): JsonReportReader {
  const build = createGenericBuilder('grype');
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  function* read(value: unknown): Iterable<Reading> {
    const parsed = Report.safeParse(value, PLAIN);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    const report = parsed.data;
    // It follows the matches, so a truncated report lacks it, and its results would be stored under an
    // account without a name.
    if (report.source.type === '') {
      yield { rejected: 'source: is missing, so the scanned target is unknown' };
      return;
    }
    const { version, timestamp } = report.descriptor;
    facts.toolVersion = version || null;
    facts.createdAt = timestamp || null;
    const where = whereOf(report);
    facts.executed = 1;
    const { provider, accountId, formerAccountId } = where;
    const place = placeOf('grype', provider, accountId, formerAccountId);
    facts.places.push(place);
    noteGaps(report, facts, place);
    for (const name of ['matches', 'ignoredMatches'] as const) {
      const isIgnored = name === 'ignoredMatches';
      for (const entry of entriesIn(report[name], name)) {
        if ('rejected' in entry) yield entry;
        else {
          const row = rowOf(Match.parse(entry.value), where, { isIgnored });
          yield placed(build(row), entry.at);
        }
      }
    }
    if (isObject(value)) yield* unknownLists(value, KNOWN);
  }
  return { read, facts: () => facts };
}

/** What was scanned: an image without tag and digest, anything else as named. */
function whereOf({ source, descriptor }: Report): Where {
  const common = { times: [descriptor.timestamp], toolVersion: descriptor.version };
  if (source.type === 'image') {
    const image = ImageTarget.parse(source.target);
    const tagged = image.tags[0] || image.repoDigests[0] || '';
    const isFile = /\.(tar|tar\.gz|tgz)$/.test(image.userInput);
    const name = (isFile && tagged) || image.userInput || tagged || image.imageID;
    const account = accountOfImage(name, tagged);
    const former = repositoryOfArtifact(name, true);
    const digest = image.manifestDigest || image.imageID;
    return {
      ...{ ...common, provider: 'image', accountId: account, accountName: image.userInput },
      ...(former === account ? {} : { formerAccountId: former }),
      ...{ uid: account, resourceType: 'container_image', digest },
    };
  }
  const target = typeof source.target === 'string' ? source.target : '';
  const path = repositoryOfArtifact(target, false);
  return {
    ...{ ...common, provider: source.type === 'directory' ? 'filesystem' : source.type },
    ...{ accountId: path, accountName: target, uid: path, resourceType: source.type, digest: '' },
  };
}

function noteGaps(
  { descriptor, alertsByPackage }: Report,
  facts: ReportFacts,
  part: HiddenPart,
): void {
  const { db, timestamp } = descriptor;
  const error = db.status.error || db.error;
  const built = db.status.built || db.built;
  const what = 'the database of vulnerabilities';
  if (error !== '') noteHidden(facts, { what, why: error, part });
  else if (db.status.valid === false) {
    noteHidden(facts, { what, why: 'Grype calls it invalid', part });
  }
  const age = Math.floor((Date.parse(timestamp) - Date.parse(built)) / DAY_MS);
  if (age > MAX_DATABASE_AGE_DAYS) {
    const why = `it was ${age} days old; it lacks newer vulnerabilities`;
    facts.skipped.push({ what, why });
  }
  const alerts = alertsByPackage.flatMap(({ alerts: all }) => all).map(({ message }) => message);
  for (const message of new Set(alerts)) {
    if (message !== '') facts.skipped.push({ what: 'packages of the distribution', why: message });
  }
}
