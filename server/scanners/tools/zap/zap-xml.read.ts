import { BoundedXml, type XmlElement } from '../../readers/bounded-xml.js';
import { noFacts, type Reading, type XmlReportReader } from '../../readers/report-reader.js';
import { createGenericBuilder } from '../../rows/generic-row.js';
import type { ReportFacts } from '../../rows/report.js';
import {
  MAX_INSTANCES,
  noteUnlisted,
  placeOfSite,
  rowsOfAlert,
  unreadInstances,
  type ZapAlert,
  type ZapInstance,
  type ZapSite,
} from './zap-alerts.js';
import { generatedAt, Insight, noteInsights } from './zap-json.read.js';

const emptyInstance = (): ZapInstance => ({
  uri: '',
  method: '',
  param: '',
  evidence: '',
  otherinfo: '',
});
const emptyAlert = (): ZapAlert => ({
  pluginid: '',
  alertRef: '',
  name: '',
  riskcode: '',
  confidence: '',
  riskdesc: '',
  desc: '',
  solution: '',
  otherinfo: '',
  reference: '',
  cweid: '',
  wascid: '',
  count: '',
  systemic: '',
  instances: [],
});
const ALERT_FIELDS = Object.keys(emptyAlert()).filter((field) => field !== 'instances');
const INSTANCE_FIELDS = Object.keys(emptyInstance());
const INSIGHT_FIELDS = ['level', 'reason', 'site', 'key', 'description', 'statistic'];
/** Children of the document's larger elements that are read, or only say more about the run. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  OWASPZAPReport: ['site', 'insights', 'generated'],
  site: ['alerts'],
  alerts: ['alertitem'],
  insights: ['insight'],
};

/** Reads `OWASPZAPReport` alert by alert. */
export function createZapXmlReader(): XmlReportReader {
  const build = createGenericBuilder('zap');
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  let ready: Reading[] = [];
  let report = { times: [] as string[], toolVersion: '' };
  let site: ZapSite = { name: '', host: '' };
  let scanned = placeOfSite(site);
  let unlisted = new Set<string>();
  let alert = emptyAlert();
  let instance = emptyInstance();
  let instances = 0;
  let insight: Record<string, string> = {};
  let isReport = false;

  const xml = new BoundedXml({
    open({ name, attributes }, path) {
      const known = KNOWN[path.at(-2) ?? ''];
      if (known && !known.includes(name)) {
        ready.push({ unread: 'elements that are not read', name, count: 1 });
      }
      if (name === 'OWASPZAPReport') {
        isReport = true;
        report = {
          toolVersion: attributes.version ?? '',
          times: [attributes.created ?? '', generatedAt(attributes.generated ?? '')],
        };
        facts.toolVersion = report.toolVersion || null;
        facts.createdAt = report.times.find((time) => time !== '') ?? null;
      } else if (name === 'site') {
        site = { name: attributes.name ?? '', host: attributes.host ?? '' };
        facts.executed += 1;
        scanned = placeOfSite(site);
        unlisted = new Set();
        facts.places.push(scanned);
      } else if (name === 'alertitem') {
        alert = emptyAlert();
        instances = 0;
      } else if (name === 'insight') insight = { ...attributes };
      else if (name === 'instance') instance = emptyInstance();
    },
    close(element, path) {
      const parent = path.at(-2);
      if (element.name === 'instance') {
        instances += 1;
        if (alert.instances.length < MAX_INSTANCES) alert.instances.push(instance);
      } else if (element.name === 'alertitem') {
        for (const row of rowsOfAlert(alert, site, report)) ready.push(build(row));
        const listed = Math.max(instances, alert.instances.length);
        ready.push(...unreadInstances(alert, listed));
        noteUnlisted(scanned, alert, listed, unlisted);
      } else if (element.name === 'insight') {
        ready.push(...noteInsights({ insights: [Insight.parse(insight)] }, facts));
      } else if (parent === 'insight') take(insight, INSIGHT_FIELDS, element);
      else if (parent === 'instance') take(instance, INSTANCE_FIELDS, element);
      else if (parent === 'alertitem') {
        if (element.name === 'alert' && alert.name === '') alert.name = element.text;
        // Before 2.8, an alert had one instance, as its direct members.
        if (element.name === 'uri') alert.instances.push({ ...emptyInstance(), uri: element.text });
        take(alert, ALERT_FIELDS, element);
      }
    },
  });

  return {
    push(chunk) {
      xml.push(chunk);
      const found = ready;
      ready = [];
      return found;
    },
    end: () => xml.end() ?? (isReport ? null : 'is not a report of ZAP'),
    facts: () => facts,
    get stopped() {
      return xml.stopped;
    },
    get fault() {
      return xml.fault;
    },
  };
}

function take(into: object, fields: readonly string[], { name, text }: XmlElement): void {
  if (fields.includes(name)) Object.assign(into, { [name]: text });
}
