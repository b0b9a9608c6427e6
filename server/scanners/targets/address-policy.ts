import ipaddr from 'ipaddr.js';
import { type Host, parseAddress } from './host-name.js';

/** What a team has declared to be its own: CIDR ranges or addresses, and names (`*.corp.example`). */
export interface DeclaredOwn {
  ranges: readonly string[];
  names: readonly string[];
}

export interface AddressDecision {
  allowed: boolean;
  /** One sentence for each address or name that is not allowed. */
  refusals: { what: string; why: string }[];
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where clouds give out credentials. Some look like any public address. */
const METADATA_ADDRESSES = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '169.254.169.123',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd00:ec2::123',
    'fd20:ce::254',
  ].map((text) => ipaddr.parse(text).toNormalizedString()),
);
const METADATA_NAMES = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
]);
/** Names that never leave a private network. */
const INNER_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|corp|home|svc)$/;

const KIND_OF_RANGE: Readonly<Record<string, string>> = {
  private: 'a private address',
  uniqueLocal: 'a private address',
  loopback: 'an address of the scanner itself',
  linkLocal: 'a link-local address',
  carrierGradeNat: 'an address behind a carrier (100.64.0.0/10)',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
  unspecified: 'no address of a host',
  ipv4Mapped: 'an IPv4 address written as IPv6; write it as IPv4',
  rfc6052: 'an IPv4 address behind NAT64; write it as IPv4',
  rfc6145: 'an IPv4 address in an IPv6 form; write it as IPv4',
  '6to4': 'an IPv4 address in a 6to4 form; write it as IPv4',
  teredo: 'an IPv4 address in a Teredo form; write it as IPv4',
  ipv4Compatible: 'an IPv4 address written as IPv6; write it as IPv4',
};
/** No team can own these. */
const NEVER = new Set(['multicast', 'broadcast', 'unspecified']);

/**
 * Whether a scan may go to this host. Pure: the caller resolves the name, passes every address that
 * it got, and makes the tool connect to these only. Plain public addresses are allowed; all others must be
 * declared, metadata addresses one by one, as no declared range means to include them.
 */
export function decideAddresses(
  host: Host,
  resolved: readonly string[],
  declared: DeclaredOwn,
): AddressDecision {
  const refusals: AddressDecision['refusals'] = [];
  const nameIsOwn = host.kind === 'name' && declared.names.some((name) => matches(host.text, name));
  if (host.kind === 'name') {
    const exact = declared.names.some((name) => name.toLowerCase() === host.text);
    if (METADATA_NAMES.has(host.text) && !exact) {
      refusals.push({ what: host.text, why: 'it is where a cloud gives out credentials' });
    } else if ((INNER_NAME.test(host.text) || !host.text.includes('.')) && !nameIsOwn) {
      refusals.push({ what: host.text, why: 'it is a name of a private network' });
    }
  }
  const addresses = host.kind === 'name' ? resolved : [host.text];
  if (addresses.length === 0) refusals.push({ what: host.text, why: 'it has no address' });
  for (const text of addresses) {
    const why = refusalOf(text, declared, nameIsOwn);
    if (why) refusals.push({ what: host.kind === 'name' ? `${host.text} (${text})` : text, why });
  }
  return { allowed: refusals.length === 0, refusals };
}

function refusalOf(text: string, declared: DeclaredOwn, nameIsOwn: boolean): string | null {
  const parsed = parseAddress(text);
  if (!parsed) return 'it is not an address';
  const address = ipaddr.parse(parsed.text);
  const range = rangeOf(address);
  if (NEVER.has(range)) return `it is ${KIND_OF_RANGE[range]}`;
  if (isMetadata(address)) {
    const exact = declared.ranges.some((own) => isWithin(address, own, true));
    return exact
      ? null
      : 'it is where a cloud gives out credentials; declare this single address to scan it';
  }
  if (range === 'unicast' || nameIsOwn) return null;
  if (declared.ranges.some((own) => isWithin(address, own, false))) return null;
  const kind = KIND_OF_RANGE[range] ?? `an address for special use (${range})`;
  return `it is ${kind}; declare the range as your own to scan it`;
}

/** An address of the machine, or of the container, that connects to it; also in an IPv6 form. */
export function isLoopback(text: string): boolean {
  const parsed = parseAddress(text);
  if (!parsed) return false;
  const address = ipaddr.parse(parsed.text);
  return [address, ...embedded(address)].some((one) => one.range() === 'loopback');
}

/** Also when it hides in an IPv6 form. */
function isMetadata(address: Address): boolean {
  return [address, ...embedded(address)].some((one) =>
    METADATA_ADDRESSES.has(one.toNormalizedString()),
  );
}

const IPV4_COMPATIBLE = ipaddr.IPv6.parse('::');

/** As the library has it, and IPv4-compatible addresses (RFC 4291), which it takes for public. */
function rangeOf(address: Address): string {
  const range: string = address.range();
  const isCompatible =
    range === 'unicast' && address instanceof ipaddr.IPv6 && address.match(IPV4_COMPATIBLE, 96);
  return isCompatible ? 'ipv4Compatible' : range;
}

/** The IPv4 addresses that an IPv6 form may stand for. */
function embedded(address: Address): Address[] {
  if (!(address instanceof ipaddr.IPv6)) return [];
  const bytes = address.toByteArray();
  const at = (...places: number[]) => ipaddr.fromByteArray(places.map((n) => bytes[n] ?? 0));
  const last = at(12, 13, 14, 15);
  switch (rangeOf(address)) {
    case '6to4':
      return [at(2, 3, 4, 5)];
    case 'teredo':
      return [at(4, 5, 6, 7), ipaddr.fromByteArray(bytes.slice(12).map((byte) => byte ^ 0xff))];
    case 'rfc6052':
      // Section 2.2: where the address stands depends on the length of the network's prefix.
      return [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), last];
    case 'ipv4Mapped':
    case 'ipv4Compatible':
    case 'rfc6145':
      return [last];
    default:
      return [];
  }
}

function isWithin(address: Address, range: string, alone: boolean): boolean {
  const [base = '', bits] = range.split('/');
  const parsed = parseAddress(base);
  if (!parsed) return false;
  const network = ipaddr.parse(parsed.text);
  if (network.kind() !== address.kind()) return false;
  const width = network.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > width) return false;
  if (alone && length !== width) return false;
  // `match` takes a pair of one kind; the kinds were compared above.
  return (address as ipaddr.IPv6).match(network as ipaddr.IPv6, length);
}

function matches(host: string, name: string): boolean {
  const own = name.toLowerCase();
  return own.startsWith('*.') ? host.endsWith(own.slice(1)) : host === own;
}
