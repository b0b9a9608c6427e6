import type { ForwardTarget } from '../../../../contract/audit-forwards.js';
import type { AuditEntry } from '../../../platform/audit/audit.repository.js';
import { maskedTexts } from '../../../platform/masked-texts.js';
import type { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import { signedHeaders } from '../../../platform/outbound/webhook-signature.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import { sendToSyslog } from './syslog-sender.js';

export interface ForwardedBatch {
  forwardId: string;
  entries: readonly AuditEntry[];
  at: Date;
}

/** An entry's details above this size are replaced by their length: no receiver takes messages of any size. */
const MAX_DETAILS = 100_000;

/** Sends entries of the trail to where it is forwarded. Throws when they were not accepted. */
export class ForwardSender {
  constructor(private readonly guard: OutboundGuard) {}

  /** Rejects an address at once, so that the person who enters it sees why. */
  async check(target: ForwardTarget): Promise<void> {
    if (target.kind === 'webhook') await this.guard.check(target.url);
    else {
      await this.guard.checkHost(target.host, {
        encrypted: target.transport === 'tls',
        as: 'tls',
      });
    }
  }

  async send(target: ForwardTarget, { forwardId, entries, at }: ForwardedBatch): Promise<void> {
    const shown = entries.map(forwarded);
    if (target.kind === 'syslog') return sendToSyslog(target, shown, this.guard);
    const [first, last] = [entries[0]?.seq, entries.at(-1)?.seq];
    const id = `${forwardId}_${first}_${last}`;
    const data = { entries: shown };
    const body = JSON.stringify({ type: 'audit.entries', timestamp: at.toISOString(), data });
    const headers = {
      ...{ 'content-type': 'application/json', 'user-agent': 'OffloadSecurity/1' },
      ...(target.secret ? signedHeaders({ id, at, body }, target.secret) : {}),
    };
    const { status } = await this.guard.post({ url: target.url, headers, body });
    if (status < 200 || status >= 300) throw new Error(`it answered with the status ${status}`);
  }
}

/** Texts of requests are masked before they are stored; what parts of the product record is masked here too. */
function forwarded(entry: AuditEntry): AuditEntry {
  const masked = maskedTexts(entry.details, maskSecrets);
  const length = JSON.stringify(masked).length;
  return { ...entry, details: length > MAX_DETAILS ? { leftOut: length } : masked };
}
