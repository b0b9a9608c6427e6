import type { UsersRepository } from '../users/users.repository.js';
import type { SignOnIdentitiesRepository } from './sign-on-identities.repository.js';

export interface IdentityCountsDeps {
  identities: SignOnIdentitiesRepository;
  users: UsersRepository;
}

/** Whom a provider concerns, so that it is not deleted unawares. */
export class IdentityCounts {
  constructor(private readonly deps: IdentityCountsDeps) {}

  async of(providerId: string) {
    const { identities, users } = this.deps;
    let people = 0;
    let withoutPassword = 0;
    for await (const page of identities.ofProvider(providerId)) {
      const linked = page.flatMap(({ userId }) => userId ?? []);
      people += linked.length;
      const found = await users.getMany(linked);
      withoutPassword += found.filter(({ passwordHash }) => passwordHash === null).length;
    }
    return { people, withoutPassword, waiting: await identities.countWaiting(providerId) };
  }
}
