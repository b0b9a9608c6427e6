import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OpenPort } from '../../../../contract/open-ports.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;
let day = 0;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());
beforeEach(() => {
  team = new TestTeam(core);
});

type Service = readonly [port: number, service: string, product?: string];

/** A report of Nmap that asked one host for `asked` ports, and found these open. */
function report(services: readonly Service[], { host = '203.0.113.7', asked = '1-1000' } = {}) {
  day += 1;
  core.clock.moveDays(1);
  const at = Math.round(core.clock.now().getTime() / 1000) - 60;
  const ports = services.map(
    ([port, service, product = '']) =>
      `<port protocol="tcp" portid="${port}"><state state="open"/><service name="${service}" product="${product}" method="probed" conf="10"/></port>`,
  );
  return `<?xml version="1.0"?>
<nmaprun scanner="nmap" start="${at}" version="7.93">
<scaninfo type="connect" protocol="tcp" numservices="1000" services="${asked}"/>
<host starttime="${at}" endtime="${at}"><status state="up" reason="user-set"/>
<address addr="${host}" addrtype="ipv4"/>
<ports><extraports state="closed" count="900"/>${ports.join('')}</ports></host>
<runstats><finished time="${at}" exit="success"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>`;
}
const imported = async (text: string) => (await team.importText(text, `nmap-${day}.xml`)).id;
const list = async (filter: { importId?: string; hosts?: string[] } = {}) =>
  (await core.scans.openPorts.list(team.actor, filter, 50)).items;
const named = (ports: readonly OpenPort[] = []) =>
  ports.map(({ port, isFinding }) => `${port}${isFinding ? '!' : ''}`).join(' ');
const now = async () => named((await list())[0]?.ports);

it('every open port is shown, and whether a rule calls it a finding', async () => {
  const importId = await imported(
    report([
      [443, 'https', 'nginx'],
      [23, 'telnet'],
      [8, 'odd'],
    ]),
  );
  const [host, ...more] = await list();
  expect(more).toEqual([]);
  expect(host).toMatchObject({ host: '203.0.113.7', importId, scanId: null, isCut: false });
  expect(named(host?.ports)).toBe('8 23! 443');
  expect(host?.ports[2]).toMatchObject({
    ...{ address: '203.0.113.7', protocol: 'tcp', service: 'https', product: 'nginx' },
  });
});

it('a later report replaces what it would have shown, and keeps what it did not ask for', async () => {
  const first = await imported(
    report([
      [22, 'ssh'],
      [443, 'https'],
      [900, 'odd'],
    ]),
  );
  const second = await imported(
    report(
      [
        [22, 'ssh'],
        [80, 'http'],
      ],
      { asked: '1-500' },
    ),
  );
  expect(await now()).toBe('22 80 900');
  expect(named((await list({ importId: second }))[0]?.ports)).toBe('22 80');
  expect(named((await list({ importId: first }))[0]?.ports)).toBe('22 443 900');
  await imported(report([]));
  expect(await now()).toBe('');
});

it('an older report that is imported later changes nothing that is known', async () => {
  const old = report([[21, 'ftp']]);
  await imported(report([[22, 'ssh']]));
  const importId = await imported(old);
  expect(await now()).toBe('22');
  expect(named((await list({ importId }))[0]?.ports)).toBe('21!');
});

it('an undone import saw nothing, and what was known before is known again', async () => {
  await imported(report([[22, 'ssh']]));
  const importId = await imported(
    report(
      [
        [22, 'ssh'],
        [3306, 'mysql'],
      ],
      { asked: '1-4000' },
    ),
  );
  expect(await now()).toBe('22 3306!');
  await core.scans.undo.undo(team.actor, importId);
  expect(await now()).toBe('22');
  expect(await list({ importId })).toEqual([]);
});

it('a host with thousands of open ports is cut, and other hosts are not', async () => {
  const many = Array.from({ length: 1_200 }, (_, i) => [i + 1, 'odd'] as const);
  await imported(report(many, { asked: '1-2000' }));
  await imported(report([[22, 'ssh']], { host: '203.0.113.8' }));
  const hosts = await list();
  expect(hosts.map(({ host, ports, isCut }) => [host, ports.length, isCut])).toEqual([
    ['203.0.113.7', 1_000, true],
    ['203.0.113.8', 1, false],
  ]);
  expect(await list({ hosts: ['203.0.113.8'] })).toHaveLength(1);
});

it('another team sees none of them', async () => {
  await imported(report([[22, 'ssh']]));
  team = new TestTeam(core);
  expect(await list()).toEqual([]);
});
