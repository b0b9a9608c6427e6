import type { AuditFacts } from '../../../platform/audit/audit-chain.js';

/** Facility 13 (log audit), severity 6 (informational). */
const PRIORITY = 13 * 8 + 6;
const MAX_SEQUENCE_ID = 2 ** 31 - 1;

/** An audit entry as a syslog message (RFC 5424): the entry itself is the text, as JSON. */
export function syslogMessage(entry: AuditFacts & { seq?: number }, hostName: string): string {
  const { at, action, seq = 0 } = entry;
  const name = (text: string, max: number) => text.replace(/[^!-~]/g, '').slice(0, max) || '-';
  const number = ((seq - 1) % MAX_SEQUENCE_ID) + 1;
  const header = `<${PRIORITY}>1 ${at} ${name(hostName, 255)} OffloadSecurity - ${name(action, 32)}`;
  return `${header} [meta sequenceId="${number}"] \uFEFF${JSON.stringify(entry)}`;
}

/** Messages for a stream, each behind its length in bytes (RFC 6587, RFC 5425), so that a text may contain anything. */
export function framed(messages: readonly string[]): string {
  return messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join('');
}
