import { createSocket } from 'node:dgram';
import { isIPv6, Socket } from 'node:net';
import { hostname } from 'node:os';
import type { ForwardTarget } from '../../../../contract/audit-forwards.js';
import type { AuditEntry } from '../../../platform/audit/audit.repository.js';
import type { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import { framed, syslogMessage } from './syslog.rules.js';

type SyslogTarget = Extract<ForwardTarget, { kind: 'syslog' }>;

const TIMEOUT_MS = 15_000;
/** How long a server may take to close its side once it has everything. */
const CLOSE_MS = 2_000;
/** What fits into a datagram over Ethernet and IPv6 tunnels is less; longer ones are fragmented, these are not sent. */
const MAX_DATAGRAM = 65_000;

/** Sends entries in their order. Throws when they did not leave; syslog itself acknowledges nothing. */
export async function sendToSyslog(
  target: SyslogTarget,
  entries: readonly AuditEntry[],
  guard: Pick<OutboundGuard, 'checkHost'>,
): Promise<void> {
  const { host, transport } = target;
  const encrypted = transport === 'tls';
  const [address = host] = await guard.checkHost(host, { encrypted, as: 'tls' });
  const messages = entries.map((entry) => syslogMessage(entry, hostname()));
  if (transport === 'udp') return sendDatagrams(address, target.port, messages);
  return sendStream(await connection(target, address), framed(messages));
}

async function sendDatagrams(address: string, port: number, messages: readonly string[]) {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      const bytes = Buffer.from(message).subarray(0, MAX_DATAGRAM);
      await new Promise<void>((resolve, reject) => {
        socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
      });
    }
  } finally {
    socket.close();
  }
}

async function connection({ host, port, transport, ca }: SyslogTarget, address: string) {
  if (transport !== 'tls') return new Socket().connect({ host: address, port });
  const { connect } = await import('node:tls');
  const { isIP } = await import('node:net');
  // The certificate must be for the name, wherever that resolves to.
  const names = isIP(host) ? {} : { servername: host };
  return connect({ host: address, port, ca, ...names });
}

function sendStream(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.setTimeout(TIMEOUT_MS, () => settle(new Error('the server did not respond in time')));
    socket.once('error', settle);
    // A server that closes before it has everything has not read it.
    let isSent = false;
    socket.once('close', () =>
      settle(isSent ? undefined : new Error('the server closed the connection')),
    );
    socket.on('data', () => {});
    socket.end(text, () => {
      isSent = true;
      socket.setTimeout(CLOSE_MS, () => settle());
    });
  });
}
