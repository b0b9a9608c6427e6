import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository, type RetentionRule } from '../../../platform/database/repository.js';

/** A sign-in that waits for the browser to come back. Its nonce and PKCE verifier are stored nowhere. */
export interface SignOnFlow extends Doc {
  /** SHA-256 of the state. */
  id: string;
  /** SHA-256 of the cookie. */
  browser: string;
  provider: string;
  redirectUri: string;
  next: string;
  purpose:
    | { kind: 'sign_in' }
    | { kind: 'link'; userId: string; sessionId: string }
    | { kind: 'invitation'; tokenHash: string };
  expiresAt: string;
}

const flows: CollectionSpec<SignOnFlow> = {
  name: 'sign_on_flows',
  scope: 'global',
  fields: { expiresAt: 'string' },
  indexes: [['expiresAt']],
};

export class SignOnFlowsRepository extends GlobalRepository<SignOnFlow> {
  static readonly database = 'platform';
  static readonly specs = [flows];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'sessions', collection: 'sign_on_flows', field: 'expiresAt' },
  ];
  protected readonly spec = flows;

  add(flow: SignOnFlow): Promise<void> {
    return this.all().insert(flow);
  }

  get(id: string): Promise<SignOnFlow | null> {
    return this.all().get(id);
  }

  /** True for exactly one caller. */
  use(id: string): Promise<boolean> {
    return this.all().remove(id);
  }
}
