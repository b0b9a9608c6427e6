import type { NewId } from '../../../platform/clock.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Mailer } from '../../../platform/outbound/mailer.js';

export interface LinkMailsDeps {
  mailer: Mailer;
  /** The address of this server in links; without one, links are shown instead. */
  publicUrl: string | null;
  newId: NewId;
  log: Logger;
}

/** Mails links that work once. */
export class LinkMails {
  constructor(private readonly deps: LinkMailsDeps) {}

  get canSend(): boolean {
    return this.deps.mailer.canSend && this.deps.publicUrl !== null;
  }

  /** `text`: above the link. False when it could not be sent: the link has to be shown. */
  async send(to: string, mail: { subject: string; text: string; path: string }): Promise<boolean> {
    const { mailer, publicUrl, newId, log } = this.deps;
    if (!this.canSend || publicUrl === null) return false;
    const { subject, text, path } = mail;
    const link = new URL(publicUrl).origin + path;
    try {
      const id = newId('mail');
      await mailer.send({ id, to: [to], subject, text: `${text}\n\n${link}\n` });
      return true;
    } catch (error) {
      log.warn({ err: error }, 'mail with a link failed');
      return false;
    }
  }
}
