import * as managed from '../../../../contract/identity-providers.js';
import * as sso from '../../../../contract/single-sign-on.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { HttpApi } from '../../../platform/http/http-api.js';
import type { IdentityProvidersService } from './identity-providers.service.js';
import type { SignOnService } from './sign-on.service.js';
import { originOf } from './sign-on-addresses.js';
import type { SignOnIdentitiesService } from './sign-on-identities.service.js';
import type { SignOutsService } from './sign-outs.service.js';

export interface SingleSignOn {
  providers: IdentityProvidersService;
  identities: SignOnIdentitiesService;
  signOns: SignOnService;
  signOuts: SignOutsService;
  publicUrl: string | null;
}

export function addSingleSignOnRoutes(http: HttpApi, services: SingleSignOn): void {
  addProviders(http, services);
  addIdentities(http, services);
  addSignOn(http, services);
}

function addProviders(http: HttpApi, { providers, publicUrl }: SingleSignOn): void {
  http.add(managed.listIdentityProviders, async ({ client }) => ({
    items: await providers.list(originOf(publicUrl, client)),
  }));
  http.add(managed.createIdentityProvider, ({ actor, body, client }) =>
    providers.create(actor, body, originOf(publicUrl, client)),
  );
  http.add(managed.changeIdentityProvider, ({ actor, params, body, client }) =>
    providers.change(actor, params.providerId, body, originOf(publicUrl, client)),
  );
  http.add(managed.deleteIdentityProvider, ({ actor, params }) =>
    providers.delete(actor, params.providerId),
  );
  http.add(managed.checkIdentityProvider, ({ body }) => providers.check(body.issuer));
}

function addIdentities(http: HttpApi, { identities }: SingleSignOn): void {
  http.add(managed.listSignOnIdentities, ({ query: { limit, cursor, ...filter } }) =>
    identities.list(filter, limit, cursor),
  );
  http.add(managed.admitIdentity, ({ actor, params, body }) =>
    identities.admit(actor, params.identityId, body),
  );
  http.add(managed.forgetIdentity, async ({ actor, params }) => {
    await identities.forget(actor, params.identityId);
    return { id: params.identityId };
  });
  http.add(sso.listLinkedIdentities, async ({ actor }) => ({
    items: await identities.ofUser(actor),
  }));
  http.add(sso.unlinkIdentity, async ({ actor, params }) => {
    await identities.unlink(actor, params.identityId);
    return { id: params.identityId };
  });
}

function addSignOn(http: HttpApi, { providers, signOns, signOuts, publicUrl }: SingleSignOn): void {
  http.add(sso.listSignInProviders, async () => ({ items: await providers.offered() }));
  http.add(sso.startSignOn, ({ params, body: { next, token }, client }) => {
    const purpose =
      token === null
        ? { kind: 'sign_in' as const }
        : { kind: 'invitation' as const, tokenHash: tokenHash(token) };
    const origin = originOf(publicUrl, client);
    return signOns.start(params.providerId, { next, purpose }, origin, client);
  });
  http.add(sso.startLink, ({ actor, params, client }) => {
    const origin = originOf(publicUrl, client);
    return signOns.startLink(params.providerId, actor, origin, client);
  });
  http.add(sso.finishSignOn, ({ params, body, client }) =>
    signOns.finish(params.providerId, body.query, client),
  );
  http.add(sso.backchannelLogout, async ({ params, body }) => ({
    ended: await signOuts.endByToken(params.providerId, body.logout_token),
  }));
}
