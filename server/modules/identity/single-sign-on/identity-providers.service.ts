import type { z } from 'zod';
import type {
  changeIdentityProvider,
  checkIdentityProvider,
  createIdentityProvider,
  IdentityProvider,
} from '../../../../contract/identity-providers.js';
import { type Actor, INSTALLATION } from '../../../platform/auth/actor.js';
import { Secret } from '../../../platform/config/secret.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { KeptSecret, SealedSecret, Vault } from '../../../platform/vault/vault.js';
import type { SessionsRepository } from '../sessions/sessions.repository.js';
import type { IdentityCounts } from './identity-counts.js';
import type {
  IdentityProvidersRepository,
  StoredProvider,
} from './identity-providers.repository.js';
import type { ProviderClient, ProviderLogin } from './provider-client.js';
import type { RuleGrantsService } from './rule-grants.service.js';
import { addressesOf } from './sign-on-addresses.js';
import type { SignOnIdentitiesRepository } from './sign-on-identities.repository.js';

export interface IdentityProvidersDeps {
  providers: IdentityProvidersRepository;
  client: ProviderClient;
  vault: Vault;
  people: {
    identities: SignOnIdentitiesRepository;
    counts: IdentityCounts;
    sessions: SessionsRepository;
    grants: RuleGrantsService;
  };
  platform: Pick<Platform, 'audit' | 'clock' | 'teams'>;
}

type NewProvider = z.output<NonNullable<typeof createIdentityProvider.body>>;
type ProviderChanges = z.output<NonNullable<typeof changeIdentityProvider.body>>;

/** The identity providers of the installation. */
export class IdentityProvidersService {
  constructor(private readonly deps: IdentityProvidersDeps) {}

  /** `origin`: of this server, for the addresses to register at the providers. */
  async list(origin: string): Promise<IdentityProvider[]> {
    const all = await this.deps.providers.list();
    return Promise.all(all.map((provider) => this.#shown(provider, origin)));
  }

  names(): Promise<{ id: string; name: string }[]> {
    return this.deps.providers.list();
  }

  /** Those to sign in with. */
  async offered(): Promise<{ id: string; name: string }[]> {
    return (await this.deps.providers.list()).filter(({ isEnabled }) => isEnabled);
  }

  /** The provider, if people may sign in with it. */
  async enabled(providerId: string): Promise<StoredProvider> {
    const provider = await this.deps.providers.get(providerId);
    if (!provider?.isEnabled) throw noSuch(providerId);
    return provider;
  }

  /** Throws NotFoundError. */
  async get(providerId: string): Promise<StoredProvider> {
    const provider = await this.deps.providers.get(providerId);
    if (!provider) throw noSuch(providerId);
    return provider;
  }

  async loginOf({
    id,
    name,
    issuer,
    clientId,
    clientSecret,
  }: StoredProvider): Promise<ProviderLogin> {
    const secret = clientSecret && (await this.deps.vault.open(clientSecret, placeOf(id)));
    return { name, issuer, clientId, clientSecret: secret };
  }

  /** Reads the provider’s discovery document first: one that cannot be reached is not added. */
  async create(actor: Actor, input: NewProvider, origin: string): Promise<IdentityProvider> {
    const { providers, platform } = this.deps;
    const { clientSecret, ...settings } = input;
    await this.#requireTeams(settings.rules);
    const { issuer } = await this.#discover(settings.issuer);
    const provider: StoredProvider = {
      ...settings,
      issuer,
      clientSecret: await this.#sealed(settings.id, clientSecret),
      createdAt: platform.clock.now().toISOString(),
    };
    await providers.add(provider).catch((error: unknown) => {
      if (!(error instanceof ConflictError)) throw error;
      throw new ConflictError('there is a provider with this id or this issuer already');
    });
    await platform.audit.record(ofInstallation(actor), 'identity_provider.created', provider.id, {
      ...{ name: provider.name, issuer, clientId: provider.clientId, rules: provider.rules },
    });
    return this.#shown(provider, origin);
  }

  async change(
    actor: Actor,
    providerId: string,
    changes: ProviderChanges,
    origin: string,
  ): Promise<IdentityProvider> {
    const { providers, people, platform } = this.deps;
    const before = await this.get(providerId);
    const { clientSecret, ...settings } = changes;
    if (settings.rules) await this.#requireTeams(settings.rules);
    // What was broken can be switched off and changed: only a change of how it is reached asks it.
    if (settings.clientId !== undefined || (settings.isEnabled && !before.isEnabled)) {
      await this.#discover(before.issuer);
    }
    const sealed =
      clientSecret === undefined
        ? {}
        : { clientSecret: await this.#sealed(providerId, clientSecret) };
    const changed = await providers.change(providerId, { ...settings, ...sealed });
    if (!changed) throw noSuch(providerId);
    const secretChanged = clientSecret === undefined ? {} : { clientSecret: 'changed' };
    const details = { ...settings, ...secretChanged };
    await platform.audit.record(
      ofInstallation(actor),
      'identity_provider.changed',
      providerId,
      details,
    );
    if (!changed.isEnabled) await people.sessions.removeSignedOn({ provider: providerId });
    return this.#shown(changed, origin);
  }

  /** Takes what its rules gave, too. Accounts stay. */
  async delete(actor: Actor, providerId: string) {
    const { providers, people, platform } = this.deps;
    const { name, issuer } = await this.get(providerId);
    const users = new Set<string>();
    for await (const page of people.identities.ofProvider(providerId)) {
      for (const { userId } of page) if (userId !== null) users.add(userId);
    }
    await providers.remove(providerId);
    await people.identities.removeOfProvider(providerId);
    const endedSessions = await people.sessions.removeSignedOn({ provider: providerId });
    const details = { name, issuer, unlinked: users.size, endedSessions };
    await platform.audit.record(
      ofInstallation(actor),
      'identity_provider.deleted',
      providerId,
      details,
    );
    for (const userId of users) await people.grants.apply(userId, providerId);
    return { id: providerId, unlinked: users.size, endedSessions };
  }

  /** What the provider says about itself, and what will not work with it. */
  async check(given: string): Promise<z.input<typeof checkIdentityProvider.result>> {
    const metadata = await this.#discover(given);
    const keys = await this.deps.client.countKeys(metadata);
    const backchannel = metadata.backchannel_logout_supported === true;
    const signsOut = metadata.end_session_endpoint !== undefined;
    const pkce = metadata.code_challenge_methods_supported;
    const problems = [
      ...(keys === 0 ? ['it publishes no signing keys'] : []),
      ...(metadata.authorization_endpoint ? [] : ['it has no page to sign in']),
      ...(metadata.token_endpoint ? [] : ['it has no token endpoint']),
      ...(pkce === undefined || pkce.includes('S256') ? [] : ['it does not support PKCE (S256)']),
      ...(signsOut ? [] : ['people stay signed in there when they sign out here']),
      ...(backchannel ? [] : ['signing out there does not end sessions here']),
    ];
    return {
      ...{ issuer: metadata.issuer, keys, signsOut, backchannel, problems },
      scopes: metadata.scopes_supported ?? [],
      claims: metadata.claims_supported ?? [],
    };
  }

  /** A provider that cannot be used is a mistake in the field of the issuer. */
  async #discover(issuer: string) {
    return this.deps.client.discover(issuer).catch((cause: unknown) => {
      const message = cause instanceof Error ? cause.message : 'cannot be read';
      const errors = [{ path: 'body.issuer', message }];
      throw new InvalidInputError(`body.issuer: ${message}`, { errors }, { cause });
    });
  }

  async #requireTeams(rules: ProviderChanges['rules'] = []): Promise<void> {
    const teams = new Set(await this.deps.platform.teams.ids());
    const errors = rules.flatMap(({ grant }, i) =>
      grant.kind === 'team' && !teams.has(grant.teamId)
        ? [{ path: `body.rules.${i}.grant.teamId`, message: 'there is no such team' }]
        : [],
    );
    if (errors.length === 0) return;
    throw new InvalidInputError('a rule names a team that does not exist', { errors });
  }

  async #sealed(providerId: string, secret: string | null) {
    return secret === null ? null : this.deps.vault.seal(new Secret(secret), placeOf(providerId));
  }

  async #shown(provider: StoredProvider, origin: string): Promise<IdentityProvider> {
    const { id, clientSecret } = provider;
    const counts = await this.deps.people.counts.of(id);
    return {
      ...provider,
      ...counts,
      ...addressesOf(origin, id),
      hasClientSecret: clientSecret !== null,
    };
  }
}

/** The stored client secrets, for a rotation of the master key. */
export async function* keptClientSecrets(
  providers: IdentityProvidersRepository,
): AsyncIterable<KeptSecret> {
  for (const { id, clientSecret: sealed } of await providers.list()) {
    if (!sealed) continue;
    const replace = (next: SealedSecret) => providers.replaceSealed(id, sealed, next);
    yield { place: placeOf(id), sealed, replace };
  }
}

/** Providers belong to no team. */
const ofInstallation = ({ userId }: Actor) => ({ ...INSTALLATION, userId });

const placeOf = (providerId: string) => `identity-provider/${providerId}`;

function noSuch(providerId: string): NotFoundError {
  return new NotFoundError('no such identity provider', { providerId });
}
