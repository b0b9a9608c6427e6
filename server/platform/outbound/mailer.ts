import type { Config } from '../config/config.js';
import { UnavailableError } from '../errors.js';

export interface Mail {
  /** The same at every attempt, so that a receiver can recognise duplicates. */
  id: string;
  to: readonly string[];
  subject: string;
  text: string;
}

const TIMEOUT_MS = 15_000;

/** Sends mail by the configured server. */
export class Mailer {
  constructor(private readonly config: Pick<Config, 'smtpUrl' | 'smtpFrom'>) {}

  get canSend(): boolean {
    return this.config.smtpUrl !== null && this.config.smtpFrom !== null;
  }

  /** The server's answer. Throws UnavailableError where this server sends no mail. */
  async send({ id, to, subject, text }: Mail): Promise<string> {
    const { smtpUrl, smtpFrom: from } = this.config;
    if (!smtpUrl || !from) {
      throw new UnavailableError('this server sends no mail: set SMTP_URL and SMTP_FROM');
    }
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      url: smtpUrl.reveal(),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const messageId = `<${id}@offloadsecurity>`;
      const headers = { 'Auto-Submitted': 'auto-generated' };
      const mail = { from, to: [...to], subject, text, messageId, headers };
      return (await transport.sendMail(mail)).response;
    } finally {
      transport.close();
    }
  }
}
