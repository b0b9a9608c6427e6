import { describe, expect, it } from 'vitest';
import { type DeclaredOwn, decideAddresses, isLoopback } from './address-policy.js';
import { parseHost } from './host-name.js';

const nothing: DeclaredOwn = { ranges: [], names: [] };
const decide = (host: string, resolved: string[] = [], declared: Partial<DeclaredOwn> = {}) =>
  decideAddresses(parseHost(host), resolved, { ...nothing, ...declared });

it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])(
  '%s is a loopback address',
  (text) => {
    expect(isLoopback(text)).toBe(true);
  },
);
it.each(['10.0.0.1', '8.8.8.8', 'fe80::1', 'localhost'])('%s is no loopback address', (text) => {
  expect(isLoopback(text)).toBe(false);
});

describe('addresses', () => {
  it.each(['8.8.8.8', '2606:4700::1111', '193.99.144.85'])('allows %s', (host) => {
    expect(decide(host)).toEqual({ allowed: true, refusals: [] });
  });

  it.each([
    ['10.1.2.3', /private/],
    ['172.16.0.1', /private/],
    ['192.168.1.1', /private/],
    ['127.0.0.1', /scanner itself/],
    ['169.254.1.1', /link-local/],
    ['100.64.0.1', /carrier/],
    ['224.0.0.1', /multicast/],
    ['0.0.0.0', /no address/],
    ['255.255.255.255', /broadcast/],
    ['240.0.0.1', /special/],
    ['192.0.2.1', /special/],
    ['198.18.0.1', /special/],
    ['::1', /scanner itself/],
    ['::', /no address/],
    ['fe80::1', /link-local/],
    ['fd12::1', /private/],
    ['ff02::1', /multicast/],
    ['::ffff:10.0.0.1', /IPv4/],
    ['::ffff:8.8.8.8', /IPv4/],
    ['64:ff9b::a00:1', /NAT64/],
    ['2002:7f00:1::', /6to4/],
    ['2001:0:4136::1', /Teredo/],
    ['2001:db8::1', /special/],
    ['169.254.169.254', /credentials/],
    ['fd00:ec2::254', /credentials/],
    ['::ffff:169.254.169.254', /credentials/],
    ['64:ff9b::a9fe:a9fe', /credentials/],
    ['168.63.129.16', /credentials/],
    ['100.100.100.200', /credentials/],
  ])('refuses %s and says why', (host, why) => {
    const { allowed, refusals } = decide(host);
    expect(allowed).toBe(false);
    expect(refusals[0]?.why).toMatch(why);
  });

  it('allows what the team declared; metadata addresses only one by one, some ranges never', () => {
    expect(decide('10.1.2.3', [], { ranges: ['10.0.0.0/8'] }).allowed).toBe(true);
    expect(decide('11.0.0.1', [], { ranges: ['10.0.0.0/8'] }).allowed).toBe(true);
    expect(
      decide('10.1.2.3', [], { ranges: ['10.2.0.0/16', 'fd00::/8', 'nonsense', '10.1.2.3/99'] })
        .allowed,
    ).toBe(false);
    expect(decide('169.254.169.254', [], { ranges: ['0.0.0.0/0', '169.254.0.0/16'] }).allowed).toBe(
      false,
    );
    expect(decide('169.254.169.254', [], { ranges: ['169.254.169.254/32'] }).allowed).toBe(true);
    expect(decide('224.0.0.1', [], { ranges: ['0.0.0.0/0'] }).allowed).toBe(false);
    expect(decide('fd12::1', [], { ranges: ['fd12::/16'] }).allowed).toBe(true);
  });
});

describe('an IPv4 address in an IPv6 form', () => {
  it.each([
    '::10.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:0:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::10.0.0.1',
    '2002:a00:1::1',
    '2001:0:a00:1::1',
  ])('%s is refused, public or not, and asks for the IPv4 form', (address) => {
    expect(decide(address).refusals[0]?.why).toContain('write it as IPv4');
  });

  it.each([
    '::169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::169.254.169.254',
    '64:ff9b:1:a9fe:a9:fe00::',
    '2002:a9fe:a9fe::1',
    '2001:0:1:1:0:0:5601:5601',
  ])('%s is refused as metadata even within a declared range', (address) => {
    expect(decide(address, [], { ranges: ['::/0'] }).refusals[0]?.why).toContain('credentials');
  });
});

describe('names', () => {
  it('looks at every address that the name has', () => {
    expect(decide('a.example.com', ['8.8.8.8', '1.1.1.1']).allowed).toBe(true);
    const rebound = decide('a.example.com', ['8.8.8.8', '169.254.169.254']);
    expect(rebound.refusals).toEqual([
      { what: 'a.example.com (169.254.169.254)', why: expect.stringContaining('credentials') },
    ]);
    expect(decide('a.example.com', []).allowed).toBe(false);
    expect(decide('a.example.com', ['not-an-address']).allowed).toBe(false);
  });

  it.each(['metadata.google.internal', 'localhost', 'printer', 'x.local', 'db.internal', 'a.svc'])(
    'refuses %s whatever it resolves to',
    (name) => {
      expect(decide(name, ['8.8.8.8']).allowed).toBe(false);
    },
  );

  it('allows declared names, but no metadata behind them', () => {
    const declared = { names: ['*.corp.example', 'shop.internal'] };
    expect(decide('a.corp.example', ['10.0.0.1'], declared).allowed).toBe(true);
    expect(decide('corp.example', ['10.0.0.1'], declared).allowed).toBe(false);
    expect(decide('shop.internal', ['10.0.0.1'], declared).allowed).toBe(true);
    expect(decide('a.corp.example', ['169.254.169.254'], declared).allowed).toBe(false);
    expect(
      decide('metadata.google.internal', ['8.8.8.8'], { names: ['*.google.internal'] }).allowed,
    ).toBe(false);
  });
});
