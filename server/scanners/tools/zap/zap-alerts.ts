import type { Severity } from '../../../../contract/severity.js';
import type { Unread } from '../../readers/report-reader.js';
import { orNull } from '../../rows/clean-details.js';
import { type GenericResult, placeOf } from '../../rows/generic-row.js';
import type { ReportPlace } from '../../rows/report.js';
import { fingerprintOf } from '../../rows/row-texts.js';
import { severityOfWord } from '../../rows/severity-words.js';
import { worstSeverityOf } from '../../rows/stated-verdicts.js';
import { urlIdentity, withoutValues } from '../../rows/url-identity.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';

/** One alert as in both JSON and XML, where every field is text. */
export interface ZapAlert {
  pluginid: string;
  alertRef: string;
  name: string;
  riskcode: string;
  confidence: string;
  riskdesc: string;
  desc: string;
  solution: string;
  otherinfo: string;
  reference: string;
  cweid: string;
  wascid: string;
  /** How many instances there are; the report may list fewer. */
  count: string;
  /** `true` for a rule that ZAP stops raising after a few instances. */
  systemic: string;
  instances: ZapInstance[];
}

export interface ZapInstance {
  uri: string;
  method: string;
  param: string;
  evidence: string;
  otherinfo: string;
}

export interface ZapSite {
  name: string;
  host: string;
}

const SEVERITY: Readonly<Record<string, Severity>> = {
  '3': 'high',
  '2': 'medium',
  '1': 'low',
  '0': 'informational',
};
export const MAX_INSTANCES = 100_000;

/**
 * The rows of one alert, one per place: site, method, path and parameter, without values. Instances
 * that only differ in ids and tokens are one row that counts them. An alert is a fail; reports do not
 * list rules without alerts, so there are no passes.
 */
export function rowsOfAlert(
  alert: ZapAlert,
  site: ZapSite,
  report: { times: string[]; toolVersion: string },
): GenericResult[] {
  const places = new Map<string, { row: GenericResult; count: number }>();
  const none = { uri: site.name, method: '', param: '', evidence: '', otherinfo: '' };
  const instances = alert.instances.length > 0 ? alert.instances : [none];
  for (const instance of instances.slice(0, MAX_INSTANCES)) {
    const row = rowOf(alert, site, instance, report);
    const key = `${row.uid}\0${row.subObject}`;
    const known = places.get(key);
    if (known) known.count += 1;
    else places.set(key, { row, count: 1 });
  }
  return [...places.values()].map(({ row, count }) =>
    count === 1 ? row : { ...row, observed: `${row.observed} (${count} instances)` },
  );
}

/** `listed`: the instances that the report has of the alert. */
export function* unreadInstances(
  { count }: Pick<ZapAlert, 'count'>,
  listed: number,
): Iterable<Unread> {
  const more = listed - MAX_INSTANCES;
  if (more > 0) yield { unread: 'further instances of an alert', count: more };
  const unlisted = /^\d{1,9}$/.test(count) ? Number(count) - listed : 0;
  // An alert without instances is one of the whole site.
  if (listed > 0 && unlisted > 0) {
    yield { unread: 'instances of alerts that the report only counts', count: unlisted };
  }
}

/** Notes a rule of which the report lists only some instances: nothing that it lacks of the rule is gone. */
export function noteUnlisted(
  place: ReportPlace,
  { count, systemic, alertRef, pluginid }: Omit<ZapAlert, 'instances'>,
  listed: number,
  unlisted: Set<string>,
): void {
  const listsAll = listed <= MAX_INSTANCES && !(Number(count) > listed) && systemic !== 'true';
  if (listsAll) return;
  unlisted.add(ruleOf(alertRef || pluginid));
  place.shows ??= ({ checkId }) => !unlisted.has(ruleOf(checkId));
}

/** `40012` of `40012-1`: some reports name only the rule. */
const ruleOf = (checkId: string) => /^\d+/.exec(checkId)?.[0] ?? checkId;

function rowOf(
  alert: ZapAlert,
  site: ZapSite,
  { uri, method, param, evidence }: ZapInstance,
  report: { times: string[]; toolVersion: string },
): GenericResult {
  const { origin, path } = urlIdentity(uri, site.name);
  const risk = riskOf(alert);
  const muting = mutingOf(alert);
  const contradictions = [risk, muting].flatMap((each) => each.contradiction ?? []);
  const cwe = /^[1-9]\d*$/.test(alert.cweid) ? [`CWE-${alert.cweid}`] : [];
  const wasc = /^[1-9]\d*$/.test(alert.wascid) ? [`WASC-${alert.wascid}`] : [];
  return {
    checkId: alert.alertRef || alert.pluginid,
    title: plainText(alert.name),
    description: plainText(alert.desc),
    remediation: plainText(alert.solution),
    remediationUrl: /https?:\/\/[^\s<>"]+/.exec(plainText(alert.reference))?.[0] ?? '',
    service: 'web',
    resourceType: 'web page',
    categories: [...cwe, ...wasc],
    verdict: muting.means ? 'muted' : 'fail',
    mutedVerdict: muting.means ? 'fail' : null,
    severity: risk.means,
    ...(contradictions.length > 0 && { contradiction: contradictions.join('; ') }),
    rawSeverity: /^!|^$/.test(alert.riskdesc) ? alert.riskcode : plainText(alert.riskdesc),
    provider: 'web',
    accountId: origin,
    accountName: site.host,
    uid: `${origin}${path}`,
    subObject: [method.toUpperCase(), paramKey(param)].filter((part) => part !== '').join(' '),
    observed: [
      `${method} ${withoutValues(uri)}`.trim(),
      param !== '' && `parameter ${maskSecrets(plainText(param)).slice(0, 200)}`,
      evidence !== '' && `evidence ${maskSecrets(plainText(evidence)).slice(0, 300)}`,
    ]
      .filter(Boolean)
      .join(' · '),
    nativeUid: alert.pluginid,
    details: {
      web: {
        url: withoutValues(uri),
        method: orNull(method.toUpperCase()),
        parameter: orNull(maskSecrets(plainText(param)).slice(0, 200)),
      },
    },
    ...report,
  };
}

/** The code, or the description's words where they are worse: `High (Medium)`. */
function riskOf({ riskcode, riskdesc }: ZapAlert) {
  const byCode = SEVERITY[riskcode];
  const word = /^([A-Za-z]{3,20})\b/.exec(riskdesc)?.[1] ?? '';
  const byWord = severityOfWord(word);
  return worstSeverityOf(
    [
      ...(byCode ? [{ by: 'riskcode', word: riskcode, means: byCode }] : []),
      ...(byWord ? [{ by: 'riskdesc', word, means: byWord }] : []),
    ],
    'medium',
  );
}

/** Confidence 0 means that a person marked it as a false positive in ZAP, unless its words say otherwise. */
function mutingOf({ confidence, riskdesc }: ZapAlert): { means: boolean; contradiction?: string } {
  if (confidence !== '0') return { means: false };
  const word = /\((low|medium|high|confirmed|user confirmed)\)\s*$/i.exec(riskdesc)?.[1];
  if (word === undefined) return { means: true };
  return { means: false, contradiction: `confidence is 0, riskdesc is ${word}` };
}

/** A scanned site. */
export function placeOfSite({ name }: Pick<ZapSite, 'name'>): ReportPlace {
  return placeOf('zap', 'web', urlIdentity(name, name).origin);
}

/** Keeps names; replaces longer texts, such as a header with its value, by a hash. */
const paramKey = (param: string) =>
  /^[\w.:[\]$-]{0,80}$/.test(param) ? param : fingerprintOf(param);

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#34': '"',
};

/** Removes tags and decodes entities once, as ZAP's texts are HTML that may include hostile pages. */
export function plainText(html: string): string {
  return html
    .slice(0, 50_000)
    .replace(/<\/(?:p|li|div|ul|ol|tr)>|<br\s*\/?>/gi, '\n')
    .replace(/<\/?[a-z][^<>]{0,2000}>/gi, '')
    .replace(
      /&([a-z]{2,6}|#\d{1,5});/gi,
      (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole,
    )
    .replace(/\n{2,}/g, '\n')
    .trim();
}
