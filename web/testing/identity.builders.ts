import { getMe, type Me } from '../../contract/platform.js';
import { getSetup } from '../../contract/sign-in.js';
import { MockProblem, type MockServer } from './mock-server.js';
import { aMe } from './platform.builders.js';

/** A server with a session that tests begin and end; at first nobody is signed in. */
export function withSession(server: MockServer, { needed = false, me = aMe() } = {}) {
  const session: { me: Me | null } = { me: null };
  server
    .on(getSetup, () => ({ needed }))
    .on(getMe, () => {
      if (session.me) return session.me;
      throw new MockProblem({
        ...{ status: 401, code: 'unauthenticated', title: 'Unauthenticated' },
        detail: 'sign in first',
      });
    });
  return {
    signIn: () => {
      session.me = me;
      return { userId: me.user.id, challenge: null };
    },
    end: () => {
      session.me = null;
    },
  };
}

/** Refused as the server does it. */
export function refused(status: number, code: string, detail: string): MockProblem {
  return new MockProblem({ status, code, detail, title: code });
}
