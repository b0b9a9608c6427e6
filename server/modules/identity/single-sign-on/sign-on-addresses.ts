/** The addresses of this server that are registered at a provider. */
export function addressesOf(origin: string, providerId: string) {
  return {
    redirectUri: `${origin}/sign-in/oidc/${providerId}`,
    signOutUri: `${origin}/sign-in`,
    backchannelUri: `${origin}/api/auth/oidc/providers/${providerId}/backchannel-logout`,
  };
}

/** Where people reach this server: PUBLIC_URL, else as this client does (on loopback). */
export function originOf(publicUrl: string | null, client: { origin: string }): string {
  return new URL(publicUrl ?? client.origin).origin;
}
