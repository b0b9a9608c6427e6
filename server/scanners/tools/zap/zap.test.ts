import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../readers/json-document.js';
import { topKeys } from '../../readers/json-keys.js';
import type { Reading } from '../../readers/report-reader.js';
import { xmlRoot } from '../../readers/xml-root.js';
import { isShown } from '../../rows/shown-results.rules.js';
import { urlIdentity } from '../../rows/url-identity.js';
import { rowsIn } from '../../testing/judging.js';
import { identityOf } from '../../testing/read-rows.js';
import { zap } from './index.js';
import { plainText } from './zap-alerts.js';
import { createZapJsonReader, isZapJson, ZAP_LISTS } from './zap-json.read.js';
import { createZapXmlReader } from './zap-xml.read.js';

const instance = (uri: string, change: object = {}) => ({
  uri,
  method: 'GET',
  param: '',
  evidence: '',
  ...change,
});
const alert = (instances: object[], change: object = {}) => ({
  pluginid: '10038',
  alertRef: '10038-1',
  alert: 'CSP not set',
  name: 'CSP not set',
  riskcode: '2',
  confidence: '3',
  riskdesc: 'Medium (High)',
  desc: '<p>No policy.</p><p>Really &lt;script&gt;</p>',
  solution: '<p>Set one</p>',
  reference: '<p>https://example.org/csp</p>',
  cweid: '693',
  wascid: '-1',
  instances,
  ...change,
});
const report = (site: unknown, change: object = {}) => ({
  '@programName': 'ZAP',
  '@version': '2.17.0',
  '@generated': 'Fri, 1 May 2026 10:00:00',
  site,
  ...change,
});
const site = (...alerts: object[]) => ({
  '@name': 'https://shop.example',
  '@host': 'shop.example',
  '@port': '443',
  '@ssl': 'true',
  alerts,
});
const read = (given: unknown) => {
  const reader = createZapJsonReader();
  return { rows: rowsIn(reader.read(given)), facts: reader.facts() };
};

describe('JSON reports of ZAP', () => {
  it('reads an alert, its HTML cleaned', () => {
    const { rows } = read(
      report([site(alert([instance('https://shop.example/a?id=7&token=abc', { param: 'id' })]))]),
    );
    expect(rows[0]).toMatchObject({
      check: {
        id: '10038-1',
        title: 'CSP not set',
        description: 'No policy.\nReally <script>',
        remediationUrl: 'https://example.org/csp',
        categories: ['CWE-693'],
      },
      verdict: 'fail',
      severity: 'medium',
      rawSeverity: 'Medium (High)',
      provider: 'web',
      accountId: 'https://shop.example',
      resource: { uid: 'https://shop.example/a?id&token' },
      subObject: 'GET id',
      observedAt: '2026-05-01T10:00:00.000Z',
    });
    expect(rows[0]?.observed).not.toContain('abc');
  });
  it('reads a single site, numbers for texts, no instances, and null fields', () => {
    const odd = {
      ...site({ ...alert([]), riskcode: 3, pluginid: 40012, alertRef: null, instances: undefined }),
    };
    const { rows } = read(report(odd));
    expect(rows[0]).toMatchObject({
      check: { id: '40012' },
      severity: 'high',
      resource: { uid: 'https://shop.example/' },
    });
  });
  it('treats other values as the same place, and counts them', () => {
    const { rows } = read(
      report([
        site(
          alert([
            instance('https://shop.example/p/17;jsessionid=A?b=1&a=2'),
            instance('https://shop.example/p/18;jsessionid=B?a=9&b=8'),
            instance('https://shop.example/p/18', { method: 'POST' }),
          ]),
        ),
      ]),
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]?.observed).toMatch(/\(2 instances\)$/);
    expect(new Set(rows.map(identityOf)).size).toBe(2);
  });
  it('treats false positives marked in ZAP as muted', () => {
    expect(
      read(report([site(alert([], { confidence: '0', riskdesc: 'Medium (False Positive)' }))]))
        .rows[0],
    ).toMatchObject({
      verdict: 'muted',
      mutedVerdict: 'fail',
    });
  });
  it('records insights as gaps, and no passes', () => {
    const { rows, facts } = read(
      report([site()], {
        insights: [
          { level: 'Low', description: 'x' },
          {
            level: 'High',
            site: 'https://shop.example',
            description: 'most requests failed',
            statistic: '95',
          },
        ],
        stoppingInsight: { key: 'auth', description: 'login lost', site: '' },
      }),
    );
    expect(rows).toEqual([]);
    expect(facts.completed).toBe(false);
    expect(facts.skipped).toEqual([
      { what: 'the scan', why: 'ZAP stopped early: login lost' },
      { what: 'https://shop.example', why: 'most requests failed (95)' },
    ]);
  });
  it('keeps complete alerts of a truncated report', () => {
    const text = JSON.stringify(
      report([site(alert([instance('https://shop.example/')]), alert([], { alertRef: '2' }))]),
    );
    const { value } = parseDocument(text.slice(0, text.length - 30), ZAP_LISTS);
    expect(read(value).rows.map((row) => row.check.id)).toEqual(['10038-1']);
    expect(isZapJson(topKeys(text))).toBe(true);
  });
});

describe('XML reports of ZAP', () => {
  const xml = (body: string, prolog = '<?xml version="1.0"?>') =>
    `${prolog}<OWASPZAPReport version="2.17.0" generated="Fri, 1 May 2026 10:00:00"><site name="https://shop.example" host="shop.example" port="443" ssl="true"><alerts>${body}</alerts></site></OWASPZAPReport>`;
  const item =
    '<alertitem><pluginid>10038</pluginid><alertRef>10038-1</alertRef><alert>CSP not set</alert><name>CSP not set</name><riskcode>2</riskcode><confidence>3</confidence><riskdesc>Medium (High)</riskdesc><desc>&lt;p&gt;No policy.&lt;/p&gt;&lt;p&gt;Really &amp;lt;script&amp;gt;&lt;/p&gt;</desc><instances><instance><uri>https://shop.example/a?id=7</uri><method>GET</method><param>id</param></instance></instances><solution>&lt;p&gt;Set one&lt;/p&gt;</solution><reference>&lt;p&gt;https://example.org/csp&lt;/p&gt;</reference><cweid>693</cweid></alertitem>';
  const readXml = (text: string, size = 7) => {
    const reader = createZapXmlReader();
    const bytes = Buffer.from(text);
    const readings: Reading[] = [];
    for (let at = 0; at < bytes.length; at += size)
      readings.push(...reader.push(bytes.subarray(at, at + size)));
    const rows = readings.flatMap((one) => ('row' in one ? [one.row] : []));
    return { problem: reader.end(), rows, facts: reader.facts() };
  };
  it('proves no absence for a rule of which only some instances are listed, as in JSON', () => {
    const [limited, systemic] = [{ count: '2' }, { systemic: true, pluginid: '9', alertRef: '9' }];
    const listed = [instance('https://shop.example/a?id=7')];
    const fromJson = read(report([site(alert(listed, limited), alert(listed, systemic))]));
    const text = `<OWASPZAPReport><site name="https://shop.example"><alerts>${item.replace('<instances>', '<count>2</count><instances>')}${item.replaceAll('10038', '9').replace('<instances>', '<systemic>true</systemic><instances>')}</alerts></site></OWASPZAPReport>`;
    for (const { facts } of [fromJson, readXml(text)]) {
      const { shown: shownBy } = facts.places[0] ?? {};
      const shown = (checkId: string) => shownBy && isShown(shownBy, { checkId, subObject: 'GET' });
      expect(['10038-1', '10038', '9', '40012-1'].map(shown)).toEqual([false, false, false, true]);
    }
    expect(read(report([site(alert(listed, { count: '1' }))])).facts.places[0]?.shown).toBe(
      undefined,
    );
  });

  it('gives the same rows as JSON, whatever the chunks', () => {
    const fromJson = read(
      report([site(alert([instance('https://shop.example/a?id=7', { param: 'id' })]))]),
    ).rows;
    for (const size of [1, 7, 100_000]) {
      const { rows, problem, facts } = readXml(xml(item), size);
      expect({ rows, problem }).toEqual({ rows: fromJson, problem: null });
      expect(facts.executed).toBe(1);
    }
    expect(zap.formats[1]).toMatchObject({ kind: 'xml', root: xmlRoot(xml('')) });
  });
  it('keeps complete alerts of a truncated report', () => {
    const { rows, problem } = readXml(xml(item + item).slice(0, -80));
    expect(rows).toHaveLength(1);
    expect(problem).toMatch(/ends in the middle/);
  });
  it.each([
    [
      'a DTD with entities',
      xml(item, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
      /DTD/,
    ],
    ['an external DTD', xml(item, '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">'), /DTD/],
    [
      'an entity that is not predefined',
      xml('<alertitem><name>&secret;</name></alertitem>'),
      /well-formed/,
    ],
    ['depth', xml('<a>'.repeat(100)), /deeper/],
    ['crossed tags', xml('<alertitem></alerts>'), /well-formed/],
    ['another document', '<html/>', /not a report/],
    ['nothing', '', /ends in the middle/],
  ])('refuses %s', (_, text, why) => {
    expect(readXml(text).problem).toMatch(why);
  });
});

describe('texts and addresses', () => {
  it('removes every tag', () => {
    expect(plainText('<p>a<br/>b</p><script>x</script>')).toBe('a\nb\nx');
    expect(plainText('&amp;lt;b&amp;gt;')).toBe('&lt;b&gt;');
  });
  it('accepts any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (uri) => typeof urlIdentity(uri, 'https://a.example').path === 'string',
      ),
    );
  });
  it.each([
    ['https://a.example/u/123/x?b=1&a=2&a=3', '/u/*/x?a&b'],
    ['https://a.example/o/0d9f7a2c-0001-4c8e-9f00-aaaabbbbcccc', '/o/*'],
    ['https://a.example/static/0123456789abcdef0123', '/static/*'],
    ['https://a.example/products/list', '/products/list'],
  ])('%s', (uri, path) => {
    expect(urlIdentity(uri, '')).toEqual({ origin: 'https://a.example', path });
  });
});
