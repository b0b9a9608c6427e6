import type { ChannelTarget } from '../../../../contract/drift.js';
import type { Secret } from '../../../platform/config/secret.js';
import { AppError, UnavailableError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import { signedHeaders } from '../../../platform/outbound/webhook-signature.js';
import { type Message, plainText } from '../routing/message.js';
import { slackPayload, teamsPayload, webhookPayload } from './payloads.js';

export interface SenderDeps {
  guard: OutboundGuard;
  /** Null where this server sends no mail. */
  mail: { url: Secret; from: string } | null;
  log: Logger;
}

/** The outcome of one attempt. `again`: a later one may succeed. */
export interface Attempt {
  ok: boolean;
  again: boolean;
  responseStatus: number | null;
  response: string | null;
  problem: string | null;
}

export interface Parcel {
  /** The same at every attempt, so that a receiver can recognise duplicates. */
  id: string;
  teamId: string;
  message: Message;
  at: Date;
}

const MAIL_TIMEOUT_MS = 15_000;
const MAX_RESPONSE = 500;

/** Sends a message to its target. Does not throw when the other side fails. */
export class Sender {
  constructor(private readonly deps: SenderDeps) {}

  get canMail(): boolean {
    return this.deps.mail !== null;
  }

  async send(target: ChannelTarget, parcel: Parcel): Promise<Attempt> {
    const attempt = await this.#try(target, parcel);
    const { ok, again, responseStatus } = attempt;
    const { id: deliveryId, teamId } = parcel;
    const fields = { teamId, deliveryId, channel: target.kind, responseStatus };
    if (ok) this.deps.log.info(fields, 'notification sent');
    else this.deps.log.warn({ ...fields, again }, 'notification failed');
    return attempt;
  }

  async #try(target: ChannelTarget, parcel: Parcel): Promise<Attempt> {
    try {
      if (target.kind === 'email') return await this.#mail(target.to, parcel);
      const { url, headers, body } = requestFor(target, parcel);
      const { status, text } = await this.deps.guard.post({ url, headers, body });
      return judged(status, text);
    } catch (error) {
      const problem = (error instanceof Error ? error.message : String(error)).slice(
        0,
        MAX_RESPONSE,
      );
      // An AppError is ours: the guard refuses the address, or this server cannot send. Other errors are the receiver's.
      const isFinal = error instanceof AppError;
      return { ok: false, again: !isFinal, responseStatus: null, response: null, problem };
    }
  }

  async #mail(to: readonly string[], { id, message }: Parcel): Promise<Attempt> {
    const { mail } = this.deps;
    if (!mail) throw new UnavailableError('this server sends no mail: set SMTP_URL and SMTP_FROM');
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      url: mail.url.reveal(),
      connectionTimeout: MAIL_TIMEOUT_MS,
      greetingTimeout: MAIL_TIMEOUT_MS,
      socketTimeout: MAIL_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { response } = await transport.sendMail({
        from: mail.from,
        to: [...to],
        subject: `[${message.severity}] ${message.subject}`,
        text: plainText(message),
        messageId: `<${id}@offloadsecurity>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      const shown = response.slice(0, MAX_RESPONSE);
      return { ok: true, again: false, responseStatus: null, response: shown, problem: null };
    } finally {
      transport.close();
    }
  }
}

function requestFor(target: Exclude<ChannelTarget, { kind: 'email' }>, parcel: Parcel) {
  const { id, at, message, teamId } = parcel;
  const headers = { 'content-type': 'application/json', 'user-agent': 'OffloadSecurity/1' };
  const { url } = target;
  if (target.kind === 'slack') return { url, headers, body: JSON.stringify(slackPayload(message)) };
  if (target.kind === 'teams') return { url, headers, body: JSON.stringify(teamsPayload(message)) };
  const body = JSON.stringify(webhookPayload(message, teamId));
  const signed = target.secret ? signedHeaders({ id, at, body }, target.secret) : {};
  return { url, headers: { ...headers, ...signed }, body };
}

function judged(status: number, text: string): Attempt {
  const response = text.slice(0, MAX_RESPONSE) || null;
  if (status >= 200 && status < 300) {
    return { ok: true, again: false, responseStatus: status, response, problem: null };
  }
  const isRedirect = status >= 300 && status < 400;
  const again = status >= 500 || status === 408 || status === 425 || status === 429;
  const problem = isRedirect
    ? 'it answered with a redirect, which is not followed: enter its target address'
    : `it answered with the status ${status}`;
  return { ok: false, again, responseStatus: status, response, problem };
}
