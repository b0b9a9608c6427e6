import { z } from 'zod';
import type { TopKeys } from '../../readers/json-keys.js';
import {
  type Entry,
  entriesIn,
  isObject,
  placed,
  unknownLists,
} from '../../readers/list-entries.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
  type Unread,
} from '../../readers/report-reader.js';
import { createGenericBuilder } from '../../rows/generic-row.js';
import { firstIssue, PLAIN, part, text } from '../../rows/lenient.js';
import type { HiddenPart, ReportFacts } from '../../rows/report.js';
import {
  noteUnlisted,
  placeOfSite,
  rowsOfAlert,
  unreadInstances,
  type ZapInstance,
  type ZapSite,
} from './zap-alerts.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const ZAP_LISTS = ['{[', '{[{['] as const;

/** A list; older reports write a single object instead. */
const many = (value: unknown): unknown => (isObject(value) ? [value] : value);
const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (Array.isArray(value) ? value : isObject(value) ? [value] : []),
    z.array(item),
  );

const Instance = part({ uri: text, method: text, param: text, evidence: text, otherinfo: text });
const Alert = part({
  pluginid: text,
  alertRef: text,
  alert: text,
  name: text,
  riskcode: text,
  confidence: text,
  riskdesc: text,
  desc: text,
  solution: text,
  otherinfo: text,
  reference: text,
  cweid: text,
  wascid: text,
  count: text,
  systemic: text,
  instances: z.unknown().optional(),
});
const Site = part({
  '@name': text,
  '@host': text,
  alerts: z.unknown().optional(),
});
/** A note of ZAP about the scan itself. */
export const Insight = part({
  level: text,
  reason: text,
  site: text,
  key: text,
  description: text,
  statistic: text,
});
const Report = z.object({
  '@programName': text,
  '@version': text,
  '@generated': text,
  created: text,
  insights: oneOrMany(Insight),
  stoppingInsight: Insight.nullish(),
  site: z.unknown().optional(),
});

const KNOWN = new Set(['site', 'insights']);
const KNOWN_OF_SITE = new Set(['alerts']);

/** True for the beginning of a ZAP report. */
export function isZapJson({ list, has, textOf }: TopKeys): boolean {
  if (list) return false;
  return /^(?:OWASP )?ZAP/.test(textOf('@programName')) || has('@generated');
}

/** Reads a complete report: traditional JSON, with or without requests and responses, old and new. */
export function createZapJsonReader(): JsonReportReader {
  const build = createGenericBuilder('zap');
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  function* read(value: unknown): Iterable<Reading> {
    const parsed = Report.safeParse(value, PLAIN);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    const report = parsed.data;
    const toolVersion = report['@version'];
    facts.toolVersion = toolVersion || null;
    facts.createdAt = report.created || null;
    yield* noteInsights(report, facts);
    const times = [report.created, generatedAt(report['@generated'])];
    for (const entry of entriesIn(many(report.site), 'site')) {
      if ('rejected' in entry) {
        yield entry;
        continue;
      }
      const site = Site.parse(entry.value);
      const place = { name: site['@name'], host: site['@host'] };
      facts.executed += 1;
      const scanned = placeOfSite(place);
      facts.places.push(scanned);
      const unlisted = new Set<string>();
      yield* unknownLists(entry.value, KNOWN_OF_SITE);
      for (const given of entriesIn(many(site.alerts), `${entry.at}.alerts`)) {
        if ('rejected' in given) yield given;
        else {
          const { alert, listed } = yield* readingsOf(given, place, { times, toolVersion });
          noteUnlisted(scanned, alert, listed, unlisted);
        }
      }
    }
    if (isObject(value)) yield* unknownLists(value, KNOWN);
  }

  function* readingsOf(
    { value, at }: Entry,
    site: ZapSite,
    report: Parameters<typeof rowsOfAlert>[2],
  ): Generator<Reading, { alert: z.infer<typeof Alert>; listed: number }> {
    const alert = Alert.parse(value);
    const instances: ZapInstance[] = [];
    let listed = 0;
    for (const entry of entriesIn(many(alert.instances), `${at}.instances`)) {
      listed += 1;
      if ('rejected' in entry) yield entry;
      else instances.push(Instance.parse(entry.value));
    }
    const named = { ...alert, instances, name: alert.name || alert.alert };
    for (const row of rowsOfAlert(named, site, report)) yield placed(build(row), at);
    yield* unreadInstances(alert, listed);
    return { alert, listed };
  }

  return { read, facts: () => facts };
}

/** A site; all sites where none is named. */
function hiddenBy(site: string): HiddenPart {
  return site === '' ? { tool: 'zap' } : placeOfSite({ name: site });
}

/** ZAP's notes about the scan itself: failing requests, lost logins, an early stop. */
export function* noteInsights(
  report: Pick<z.infer<typeof Report>, 'insights' | 'stoppingInsight'>,
  facts: ReportFacts,
): Iterable<Unread> {
  const { stoppingInsight: stopping } = report;
  if (stopping && `${stopping.key}${stopping.description}` !== '') {
    facts.completed = false;
    noteHidden(facts, {
      what: stopping.site || 'the scan',
      why: `ZAP stopped early: ${stopping.description || stopping.key}`,
      part: hiddenBy(stopping.site),
    });
  }
  for (const { level, site, key, description, statistic } of report.insights) {
    if (!/^(high|medium|warn|error)/i.test(level)) {
      yield { unread: 'insights of a low level', count: 1 };
      continue;
    }
    const number = statistic === '' ? '' : ` (${statistic})`;
    const noted = { what: site || 'the scan', why: `${description || key}${number}` };
    // A grave one: ZAP could not look at all of the site.
    if (/^(high|error)/i.test(level)) noteHidden(facts, { ...noted, part: hiddenBy(site) });
    else facts.skipped.push(noted);
  }
}

/** `Wed, 29 Oct 2025 10:53:54` in ISO 8601; without a zone, as ZAP writes it. */
export function generatedAt(text: string): string {
  const hasZone = /(Z|GMT|[+-]\d{4})$/.test(text);
  const ms = Date.parse(hasZone ? text : `${text} GMT`);
  if (Number.isNaN(ms)) return '';
  const iso = new Date(ms).toISOString();
  return hasZone ? iso : iso.slice(0, -1);
}
