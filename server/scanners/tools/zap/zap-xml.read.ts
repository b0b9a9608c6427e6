import { BoundedXml, type XmlElement } from '../../readers/bounded-xml.js';
import { noFacts, type Reading, type XmlReportReader } from '../../readers/report-reader.js';
import { createGenericBuilder } from '../../rows/generic-row.js';
import type { ReportFacts } from '../../rows/report.js';
import {
  INSIGHT_FIELDS,
  noteInsight,
  placeOfSite,
  rowsOfAlert,
  type ZapAlert,
  type ZapInsight,
  type ZapInstance,
  type ZapSite,
} from './zap-alerts.js';
import { generatedAt } from './zap-json.read.js';

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
  instances: [],
});
const emptyInsight = (): ZapInsight => ({
  level: '',
  site: '',
  key: '',
  description: '',
  statistic: '',
});
const ALERT_FIELDS = Object.keys(emptyAlert()).filter((field) => field !== 'instances');
const INSTANCE_FIELDS = Object.keys(emptyInstance());
const MAX_INSTANCES = 100_000;

/** Reads `OWASPZAPReport` alert by alert. */
export function createZapXmlReader(): XmlReportReader {
  const build = createGenericBuilder('zap');
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  let ready: Reading[] = [];
  let report = { times: [] as string[], toolVersion: '' };
  let site: ZapSite = { name: '', host: '' };
  let alert = emptyAlert();
  let instance = emptyInstance();
  let insight = emptyInsight();
  let isReport = false;

  const xml = new BoundedXml({
    open({ name, attributes }) {
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
        facts.places.push(placeOfSite(site));
      } else if (name === 'alertitem') alert = emptyAlert();
      else if (name === 'instance') instance = emptyInstance();
      else if (name === 'insight') insight = emptyInsight();
    },
    close(element, path) {
      const parent = path.at(-2);
      if (element.name === 'instance') {
        if (alert.instances.length < MAX_INSTANCES) alert.instances.push(instance);
      } else if (element.name === 'insight') noteInsight(insight, facts);
      else if (parent === 'insight') take(insight, INSIGHT_FIELDS, element);
      else if (element.name === 'alertitem') {
        for (const row of rowsOfAlert(alert, site, report)) ready.push(build(row));
      } else if (parent === 'instance') take(instance, INSTANCE_FIELDS, element);
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
  };
}

function take(into: object, fields: readonly string[], { name, text }: XmlElement): void {
  if (fields.includes(name)) Object.assign(into, { [name]: text });
}
