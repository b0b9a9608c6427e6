import { describe, expect, it } from 'vitest';
import { BoundedXml, XML_LIMITS } from '../../readers/bounded-xml.js';
import type { Reading } from '../../readers/report-reader.js';
import { xmlRoot } from '../../readers/xml-root.js';
import { rowsIn } from '../../testing/judging.js';
import { nmap as declared } from './index.js';
import { createNmapReader } from './nmap.read.js';
import { RISKY_SERVICES, usuallyOn } from './risky-services.js';

const PROLOG =
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<?xml-stylesheet href="http://evil.example/x.xsl" type="text/xsl"?>\n';
const END =
  '<runstats><finished time="1795451066" exit="success"/><hosts up="1" down="0" total="1"/></runstats>';
const nmap = (body: string, end = END) =>
  `${PROLOG}<nmaprun scanner="nmap" start="1795451058" version="7.98"><scaninfo type="connect" protocol="tcp" services="1-100"/>${body}${end}</nmaprun>`;
const host = (ports: string, more = '', names = '<hostname name="shop.example" type="user"/>') =>
  `<host endtime="1795451065"${more}><status state="up"/><address addr="00:11:22:33:44:55" addrtype="mac"/><address addr="198.51.100.7" addrtype="ipv4"/><hostnames>${names}</hostnames><ports><extraports state="closed" count="97"/>${ports}</ports></host>`;
const port = (id: number, service: string, state = 'open', inside = '') =>
  `<port protocol="tcp" portid="${id}"><state state="${state}"/><service ${service}/>${inside}</port>`;

const read = (text: string, size = 11) => {
  const reader = createNmapReader();
  const bytes = Buffer.from(text);
  const readings: Reading[] = [];
  for (let at = 0; at < bytes.length; at += size)
    readings.push(...reader.push(bytes.subarray(at, at + size)));
  return { problem: reader.end(), rows: rowsIn(readings), facts: reader.facts() };
};

describe('reports of Nmap', () => {
  it('treats an open port as an observation, and a probed risky service as a fail', () => {
    const text = nmap(
      host(
        port(80, 'name="http" product="nginx" version="1.2" method="probed" conf="10"') +
          port(3306, 'name="mysql" method="probed" conf="10"') +
          port(23, 'name="telnet" method="table" conf="3"') +
          port(21, 'name="ftp" method="probed" tunnel="ssl" conf="10"') +
          port(9200, 'name="http" product="Elasticsearch REST API" method="probed" conf="10"') +
          port(8080, 'name="redis" method="probed" conf="10"') +
          port(22, 'name="ssh" method="table"', 'closed') +
          port(25, 'name="smtp" method="table"', 'filtered'),
      ),
    );
    const { rows, problem, facts } = read(text);
    expect(problem).toBeNull();
    expect(rows.map((row) => [row.subObject, row.check.id, row.verdict, row.severity])).toEqual([
      ['tcp/80', 'open_port', 'manual', 'informational'],
      ['tcp/3306', 'exposed_mysql', 'fail', 'high'],
      ['tcp/23', 'exposed_telnet', 'manual', 'high'],
      ['tcp/21', 'open_port', 'manual', 'informational'],
      ['tcp/9200', 'exposed_elasticsearch', 'fail', 'high'],
      ['tcp/8080', 'exposed_redis', 'fail', 'high'],
    ]);
    expect(rows[0]).toMatchObject({
      provider: 'network',
      accountId: 'shop.example',
      resource: { uid: 'shop.example' },
      observedAt: '2026-11-23T16:24:25.000Z',
    });
    expect(facts).toMatchObject({
      executed: 1,
      completed: true,
      ports: '1-100',
      hosts: { up: 1, down: 0, total: 1 },
      toolVersion: '7.98',
    });
    expect(read(text, 100_000).rows).toEqual(rows);
    expect(declared.formats).toMatchObject([{ kind: 'xml', root: xmlRoot(text) }]);
  });

  it('never passes', () => {
    const { rows } = read(
      nmap(
        host(
          RISKY_SERVICES.flatMap((one) =>
            one.ports.map((id) => port(id, 'name="unknown" method="probed"')),
          ).join(''),
        ),
      ),
    );
    expect(new Set(rows.map((row) => row.verdict))).toEqual(new Set(['manual']));
  });

  it('reads certificates and old protocols, from their scripts only', () => {
    const certificate = (id: string, ends: string) =>
      `<script id="${id}" output="x"><table key="validity"><elem key="notAfter">${ends}</elem></table></script>`;
    const ciphers = (id: string) =>
      `<script id="${id}" output="y"><table key="TLSv1.0"/><table key="TLSv1.2"/></script>`;
    const tls = 'name="https" method="probed" tunnel="ssl"';
    const { rows } = read(
      nmap(
        host(
          port(
            443,
            tls,
            'open',
            certificate('ssl-cert', '2020-01-01T00:00:00') + ciphers('ssl-enum-ciphers'),
          ) +
            port(
              444,
              tls,
              'open',
              certificate('ssl-cert', '2040-01-01T00:00:00') + ciphers('banner'),
            ) +
            port(
              445,
              'name="x" method="probed"',
              'open',
              certificate('banner', '2001-01-01T00:00:00'),
            ),
        ),
      ),
    );
    expect(rows.map((row) => [row.subObject, row.check.id])).toEqual([
      ['tcp/443', 'open_port'],
      ['tcp/443', 'tls_certificate_expired'],
      ['tcp/443', 'tls_old_protocol'],
      ['tcp/444', 'open_port'],
      ['tcp/445', 'open_port'],
    ]);
  });

  it('records skipped targets and hosts that took too long', () => {
    const { facts, rows } = read(
      nmap(
        `<target specification="http://localhost" status="skipped" reason="invalid"/>${host('', ' timedout="true"')}`,
      ),
    );
    expect(rows).toEqual([]);
    expect(facts.skipped).toEqual([
      { what: 'http://localhost', why: 'Nmap skipped it (invalid)' },
      { what: 'shop.example', why: expect.stringContaining('exceeded the time limit') },
    ]);
    expect(facts.executed).toBe(0);
  });

  it('does not count a host without an answering port', () => {
    const silent = host(port(80, 'name="http" method="table"', 'filtered')).replace(
      'state="closed"',
      'state="filtered"',
    );
    const { facts } = read(nmap(silent));
    expect(facts).toMatchObject({
      executed: 0,
      skipped: [{ what: 'shop.example', why: expect.stringContaining('none of its ports') }],
    });
  });

  it('keeps complete hosts of a broken report and cleans hostile texts', () => {
    const text = nmap(
      host(port(80, 'name="http" product="&#27;]0;x&#7;&lt;b&gt;" method="probed"')),
    );
    const bad = read(
      text
        .replace('&#27;', '')
        .replace('&#7;', '')
        .slice(0, text.indexOf('<runstats>') + 5),
    );
    expect(bad.rows).toHaveLength(1);
    expect(bad.problem).toMatch(/ends in the middle/);
    expect(bad.facts.completed).toBeNull();
  });

  it.each([
    [
      'entities',
      `<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]><nmaprun>&x;</nmaprun>`,
      /DTD/,
    ],
    [
      'a bomb',
      `<!DOCTYPE n [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nmaprun>&b;</nmaprun>`,
      /DTD/,
    ],
    ['undeclared entities', `<nmaprun a="&x;"/>`, /well-formed/],
    ['a comment before the declaration', `<!-- x -->${nmap('')}`, /well-formed/],
    ['other documents', '<other/>', /not a report/],
  ])('refuses %s', (_, text, why) => {
    const { problem, rows } = read(text);
    expect(problem).toMatch(why);
    expect(rows).toEqual([]);
  });

  it('bounds size, unterminated tags, texts and attributes', () => {
    const bounded = (text: string, limits: Partial<typeof XML_LIMITS>) => {
      const xml = new BoundedXml({}, { ...XML_LIMITS, ...limits });
      for (let at = 0; at < text.length; at += 16) xml.push(Buffer.from(text.slice(at, at + 16)));
      return xml.end();
    };
    expect(bounded(`<a>${'<b/>'.repeat(50)}</a>`, { maxBytes: 100 })).toMatch(/too large/);
    expect(bounded(`<a b="${'x'.repeat(500)}"/>`, { maxQuietBytes: 100 })).toMatch(/too large/);
    expect(bounded(`<a>${'x'.repeat(50)}</a>`, { maxTextLength: 10 })).toMatch(/too long/);
    expect(bounded('<a b="1" c="2"/>', { maxAttributes: 1 })).toMatch(/too many attributes/);
    expect(bounded('<a><b/><b/><b/></a>', { maxElements: 2 })).toMatch(/too many elements/);
    expect(bounded('<a><__proto__ constructor="1"/></a>', {})).toBeNull();
  });

  it('has one entry for each risky port and service', () => {
    const ports = RISKY_SERVICES.flatMap((one) => one.ports);
    expect(new Set(ports).size).toBe(ports.length);
    expect(new Set(RISKY_SERVICES.map((one) => one.id)).size).toBe(RISKY_SERVICES.length);
    expect(usuallyOn(2375)?.severity).toBe('critical');
    expect(usuallyOn(443)).toBeNull();
  });
});
