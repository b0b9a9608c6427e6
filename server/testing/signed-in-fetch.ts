/** The session cookies of the operator, by origin of the servers that tests and benches started. */
const cookies = new Map<string, string>();

/** Signs in with the link that a server printed; does nothing for a process that printed none. */
export async function signInByLink(address: string, output: string): Promise<void> {
  const token = /#link=([\w-]+)/.exec(output)?.[1];
  if (!token) return;
  const response = await fetch(`${address}/api/auth/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!cookie)
    throw new Error(`the link was answered ${response.status}: ${await response.text()}`);
  cookies.set(new URL(address).origin, cookie);
}

/** The session's cookie (`name=value`) for this server; undefined before it was signed in to. */
export function sessionCookie(address: string): string | undefined {
  return cookies.get(new URL(address).origin);
}

/** `fetch` as the signed-in operator. */
export function fetchSignedIn(url: string, init: RequestInit = {}): Promise<Response> {
  const cookie = sessionCookie(url);
  const headers = new Headers(init.headers);
  if (cookie) headers.set('cookie', cookie);
  return fetch(url, { ...init, headers });
}
