import { afterAll, beforeAll, expect, it } from 'vitest';
import { instantOf } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());

const VULNERABLE =
  '<table key="CVE-2030-1"><elem key="title">Remote code</elem><elem key="state">VULNERABLE</elem></table>';
const script = (id: string, output: string, inside = '') =>
  `<script id="${id}" output="${output}">${inside}</script>`;
const host = (address: string, inPort: string, ofHost: string, at: number) =>
  `<host endtime="${Date.parse(instantOf(at)) / 1000}"><status state="up"/><address addr="${address}" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/><service name="http" method="probed"/>${inPort}</port></ports><hostscript>${ofHost}</hostscript></host>`;
const report = (...hosts: string[]) =>
  `<nmaprun version="7.98"><scaninfo type="connect" protocol="tcp" services="80"/>${hosts.join('')}<runstats><finished exit="success"/><hosts up="2" down="0" total="2"/></runstats></nmaprun>`;
const found = (address: string, at: number) =>
  host(address, script('http-vuln', 'x', VULNERABLE), script('smb-vuln', 'x', VULNERABLE), at);

it.each([
  ['an error', 'ERROR: Script execution failed (use -d to debug)'],
  ['false', 'false'],
  ['a connection error', 'Could not negotiate a connection:SMB: Failed to receive bytes: ERROR'],
])('a script of Nmap that ends with %s is a gap of its port or host', async (_, output) => {
  const team = new TestTeam(core);
  await team.importText(report(found('10.0.0.1', 1), found('10.0.0.2', 1)), 'nmap.xml');
  const failed = script('http-vuln', output) + script('http-other', 'x', VULNERABLE);
  const item = await team.importText(
    report(host('10.0.0.1', failed, script('smb-vuln', output), 2), found('10.0.0.2', 2)),
    'nmap.xml',
  );
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 2 } });
  expect(item.problem).toContain('not looked at: http-vuln on tcp/80 of 10.0.0.1: ');
  expect(item.problem).toContain('smb-vuln on 10.0.0.1: ');
  const stale = (await team.findings()).filter(({ staleSince }) => staleSince !== null);
  expect(stale.map(({ accountId }) => accountId)).toEqual(['10.0.0.1', '10.0.0.1']);
  const whole = await team.importText(
    report(found('10.0.0.1', 3), found('10.0.0.2', 3)),
    'nmap.xml',
  );
  expect(whole).toMatchObject({ status: 'completed', findings: { stale: 0 } });
});
