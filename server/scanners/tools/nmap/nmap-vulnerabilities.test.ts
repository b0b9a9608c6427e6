import { describe, expect, it } from 'vitest';
import { isShown } from '../../rows/shown-results.rules.js';
import { readRows } from '../../testing/read-rows.js';

const script = (id: string, inside = '', output = 'x') =>
  `<script id="${id}" output="${output}">${inside}</script>`;
const elem = (key: string, text: string) => `<elem key="${key}">${text}</elem>`;
const table = (inside: string, key = '') => `<table${key && ` key="${key}"`}>${inside}</table>`;
const entry = (id: string, type: string, cvss: string) =>
  table(elem('id', id) + elem('type', type) + elem('cvss', cvss));
const vulners = (...entries: string[]) =>
  script('vulners', table(entries.join(''), 'cpe:/a:acme:sshd:1'));
const stated = (state: string, key = 'CVE-2030-0143', more = '') =>
  table(elem('title', 'Remote code') + elem('state', state) + more, key);

const port = (inside: string, id = 22) =>
  `<port protocol="tcp" portid="${id}"><state state="open"/><service name="ssh" method="probed"/>${inside}</port>`;
const nmap = (ports: string, more = '') =>
  `<nmaprun version="7.98"><scaninfo type="connect" protocol="tcp" services="0-1000"/><host endtime="1770000000"><status state="up"/><address addr="198.51.100.7" addrtype="ipv4"/><ports>${ports}</ports>${more}</host><runstats><finished exit="success"/></runstats></nmaprun>`;
const read = async (ports: string, more = '') => {
  const { rows, outcome } = await readRows(nmap(ports, more), 'nmap.xml');
  const found = rows.filter(({ check }) => check.categories.includes('vulnerability'));
  return { rows, found, outcome };
};
const idsOf = (rows: Awaited<ReturnType<typeof read>>['found']) =>
  rows.map(({ check }) => check.id);

describe('scripts of Nmap that state a vulnerability', () => {
  it('give a finding for each CVE of vulners, with its score', async () => {
    const { found, outcome } = await read(
      port(
        vulners(
          entry('CVE-2030-9', 'cve', '9.8'),
          entry('CVE-2030-0001', 'cve', '5.0'),
          entry('EDB-ID:46', 'exploitdb', '9.8'),
        ),
      ),
    );
    expect(found).toMatchObject([
      { severity: 'critical', check: { id: 'CVE-2030-9' } },
      {
        ...{ verdict: 'fail', severity: 'medium', subObject: 'tcp/22/vulners' },
        check: { id: 'CVE-2030-0001' },
        details: {
          network: { port: 22 },
          vulnerability: { ids: ['CVE-2030-0001'], cvss: { score: 5, source: 'vulners' } },
        },
      },
    ]);
    expect(outcome.unread).toEqual([
      { what: 'exploits and advisories that a script lists beside CVEs (vulners)', count: 1 },
    ]);
  });

  it('are believed where only their text says that it is vulnerable', async () => {
    const inside = script('smb-vuln-x', stated('NOT VULNERABLE'), 'State: VULNERABLE');
    const { found, outcome } = await read(port(inside));
    expect(found).toMatchObject([{ verdict: 'fail', check: { id: 'smb-vuln-x' } }]);
    expect(outcome.contradictions?.first).toContain(
      'state is NOT VULNERABLE, output is VULNERABLE',
    );
    const { found: none } = await read(port(script('smb-vuln-x', stated('NOT VULNERABLE'))));
    expect(none).toEqual([]);
  });

  it.each([
    [
      'vulners without structure',
      script(
        'vulners',
        '',
        '&#xa;  cpe:/a:acme:sshd:1: &#xa;    \tCVE-2030-0001\t9.8\thttps://vulners.com/cve/CVE-2030-0001',
      ),
      'critical',
    ],
    [
      'vulscan',
      script(
        'vulscan',
        '',
        'VulDB - https://vuldb.com:&#xa;[123] odd&#xa;&#xa;MITRE CVE - https://cve.mitre.org:&#xa;[CVE-2030-0001] Acme sshd',
      ),
      'medium',
    ],
    [
      'a table with a state',
      script(
        'http-vuln-x',
        stated('VULNERABLE', 'CVE-2030-0001', table(elem('CVSSv2', '9.3 (HIGH)'), 'scores')),
      ),
      'critical',
    ],
    ['a likely one', script('ssl-x', stated('LIKELY VULNERABLE', 'CVE-2030-0001')), 'medium'],
    [
      'ids',
      script(
        'smb-vuln-x',
        stated('VULNERABLE', 'NMAP-1', table('<elem>CVE:CVE-2030-0001</elem>', 'ids')),
      ),
      'medium',
    ],
    [
      'text',
      script(
        'smb-vuln-x',
        '',
        '&#xa;  VULNERABLE:&#xa;  Remote code&#xa;    State: VULNERABLE&#xa;    IDs:  CVE:CVE-2030-0001&#xa;    Risk factor: HIGH&#xa;',
      ),
      'high',
    ],
  ])('are read from %s', async (_, given, severity) => {
    const { found } = await read(port(given));
    expect(found).toMatchObject([{ verdict: 'fail', severity, check: { id: 'CVE-2030-0001' } }]);
  });

  it('are read of the host itself', async () => {
    const { found } = await read(
      port(''),
      `<hostscript>${script('smb-vuln-x', stated('VULNERABLE'))}</hostscript>`,
    );
    expect(found).toMatchObject([
      { subObject: 'host/smb-vuln-x', resource: { type: 'host' }, check: { id: 'CVE-2030-0143' } },
    ]);
    expect(found[0]?.check.title).toBe('CVE-2030-0143: Remote code');
  });

  it('keep the name of the script where it states no CVE', async () => {
    const { found } = await read(port(script('smb-vuln-x', stated('VULNERABLE', 'NMAP-1'))));
    expect(idsOf(found)).toEqual(['smb-vuln-x']);
  });

  it('are no finding where nothing was found, and not evaluated where it is unknown', async () => {
    const none = await read(port(script('smb-vuln-x', stated('NOT VULNERABLE'))));
    expect(none.found).toEqual([]);
    expect(none.outcome.unread).toEqual([]);
    const unknown = await read(port(script('smb-vuln-x', stated('UNKNOWN'))));
    expect(unknown.found).toMatchObject([{ verdict: 'not_evaluated' }]);
  });

  it('are counted where they are of another kind', async () => {
    const { outcome } = await read(
      port(script('http-title') + script('ssh-hostkey') + script('http-title')),
    );
    expect(outcome.unread).toEqual([
      { what: 'script results of kinds that are not read (http-title, ssh-hostkey)', count: 3 },
    ]);
    expect(outcome.partial).toBe(false);
  });
});

describe('silence of a script', () => {
  const shows = async (ports: string, subObject: string, more = '') => {
    const { outcome } = await read(ports, more);
    const { shown } = outcome.facts?.places[0] ?? {};
    return shown && isShown(shown, { checkId: 'CVE-2030-0001', subObject, severity: 'medium' });
  };
  it('proves nothing unless the script has run on that port', async () => {
    const ran = vulners(entry('CVE-2030-0002', 'cve', '5.0'));
    expect(await shows(port(''), 'tcp/22/vulners')).toBe(false);
    expect(await shows(port(ran), 'tcp/22/vulners')).toBe(true);
    expect(await shows(port(ran), 'tcp/22/http-vuln-x')).toBe(false);
    expect(await shows(port(ran), 'tcp/23/vulners')).toBe(true);
    expect(await shows(port(ran), 'host/smb-vuln-x')).toBe(false);
    const host = `<hostscript>${script('smb-vuln-x', stated('NOT VULNERABLE'))}</hostscript>`;
    expect(await shows(port(ran), 'host/smb-vuln-x', host)).toBe(true);
  });
});

it('silence of vulners proves nothing below the score it was limited to', async () => {
  const ran = port(vulners(entry('CVE-2030-0002', 'cve', '9.8')));
  const limited = nmap(ran).replace(
    '<nmaprun ',
    '<nmaprun args="nmap -sV --script vulners --script-args mincvss=7.0 shop" ',
  );
  const { outcome } = await readRows(limited, 'nmap.xml');
  const { shown } = outcome.facts?.places[0] ?? {};
  const known = { checkId: 'CVE-2030-0001', subObject: 'tcp/22/vulners' };
  expect(shown && isShown(shown, { ...known, severity: 'medium' })).toBe(false);
  expect(shown && isShown(shown, { ...known, severity: 'high' })).toBe(true);
});

it('port 0 is a port', async () => {
  const { rows } = await read(port('', 0));
  expect(rows).toMatchObject([{ subObject: 'tcp/0', details: { network: { port: 0 } } }]);
});
