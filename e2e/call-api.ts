import { fetchSignedIn } from '../server/testing/signed-in-fetch.js';

/** Calls the API to set up what a journey needs. Throws with the server's answer. */
export async function callApi(
  url: string,
  { method = 'GET', body }: { method?: string; body?: unknown } = {},
): Promise<Record<string, unknown>> {
  const answer = await fetchSignedIn(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Scans the site and waits for the end; returns the scan's id. */
export async function scanSite(url: string, site: string): Promise<string> {
  const own = { ranges: ['127.0.0.1'], names: [] };
  await callApi(`${url}/api/scans/own-targets`, { method: 'PUT', body: own });
  const started = await callApi(`${url}/api/scans`, {
    method: 'POST',
    body: { kind: 'web', url: site },
  });
  const id = String(started.id);
  const until = Date.now() + 60_000;
  while ((await callApi(`${url}/api/scans/${id}`)).finishedAt === null) {
    if (Date.now() > until) throw new Error('The scan is still running after a minute');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return id;
}

/** Adds an AWS account with keys that work nowhere; returns its id. */
export async function addAccount(url: string): Promise<string> {
  const body = {
    name: 'Sandbox',
    scope: { kind: 'aws', accountId: '111122223333', regions: ['eu-west-1'] },
    credentials: {
      kind: 'aws_keys',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  };
  const account = await callApi(`${url}/api/cloud-security/accounts`, { method: 'POST', body });
  return String(account.id);
}

/** Adds an image that was never scanned to the inventory; returns its id. */
export async function addImage(url: string): Promise<string> {
  const body = { reference: 'docker.io/library/nginx:1.29' };
  const image = await callApi(`${url}/api/container-security/images`, { method: 'POST', body });
  return String(image.id);
}
