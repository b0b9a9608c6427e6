import { z } from 'zod';
import type { TopKeys } from '../../readers/json-keys.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
} from '../../readers/report-reader.js';
import { createGenericBuilder } from '../../rows/generic-row.js';
import { firstIssue, part, text } from '../../rows/lenient.js';
import type { ReportFacts } from '../../rows/report.js';
import { hiddenBy, noteInsight, placeOfSite, rowsOfAlert } from './zap-alerts.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const ZAP_LISTS = ['{[', '{[{['] as const;

/** A list; older reports write a single object instead. */
const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      value === null || value === undefined ? [] : Array.isArray(value) ? value : [value],
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
  instances: oneOrMany(Instance),
});
const Site = part({
  '@name': text,
  '@host': text,
  alerts: oneOrMany(Alert),
});
const Insight = part({
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
  site: oneOrMany(Site),
});

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
    const parsed = Report.safeParse(value);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    const report = parsed.data;
    const toolVersion = report['@version'];
    facts.toolVersion = toolVersion || null;
    facts.createdAt = report.created || null;
    noteInsights(report, facts);
    const times = [report.created, generatedAt(report['@generated'])];
    for (const site of report.site) {
      const place = { name: site['@name'], host: site['@host'] };
      facts.executed += 1;
      facts.places.push(placeOfSite(place));
      for (const alert of site.alerts) {
        const named = { ...alert, name: alert.name || alert.alert };
        for (const row of rowsOfAlert(named, place, { times, toolVersion })) yield build(row);
      }
    }
  }
  return { read, facts: () => facts };
}

/** ZAP's notes about the scan itself: failing requests, lost logins, an early stop. */
function noteInsights(report: z.infer<typeof Report>, facts: ReportFacts): void {
  const { stoppingInsight: stopping } = report;
  if (stopping && `${stopping.key}${stopping.description}` !== '') {
    facts.completed = false;
    noteHidden(facts, {
      what: stopping.site || 'the scan',
      why: `ZAP stopped early: ${stopping.description || stopping.key}`,
      part: hiddenBy(stopping.site),
    });
  }
  for (const insight of report.insights) noteInsight(insight, facts);
}

/** `Wed, 29 Oct 2025 10:53:54`, without a zone; read as UTC, in which we run ZAP. */
export function generatedAt(text: string): string {
  const ms = Date.parse(/(Z|GMT|[+-]\d{4})$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}
