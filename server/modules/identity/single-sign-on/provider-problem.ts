import { AppError, UnauthenticatedError, UnavailableError } from '../../../platform/errors.js';
import { OutboundRefusedError } from '../../../platform/outbound/outbound-guard.js';

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  TimeoutError: 'it does not answer',
  AbortError: 'it does not answer',
  OAUTH_TIMEOUT: 'it does not answer',
};

/** Why a provider cannot be used: by what went wrong underneath, in words that an administrator can act on. */
export function providerProblem(provider: string, error: unknown): AppError {
  const chain = causesOf(error);
  const known = chain.find((cause) => cause instanceof AppError);
  if (known instanceof OutboundRefusedError) return known;
  if (known instanceof AppError) return known;
  for (const { code, name } of chain) {
    const reason = NETWORK[code ?? ''] ?? NETWORK[name];
    if (reason) return new UnavailableError(`${provider} cannot be reached: ${reason}`);
    if (/CERT|^DEPTH_ZERO|^UNABLE_TO/.test(code ?? '')) {
      return new UnavailableError(`${provider} cannot be reached: its certificate is not trusted`);
    }
  }
  const [first] = chain;
  const unresolved = chain.find(({ message }) => message.startsWith('cannot resolve '));
  if (unresolved)
    return new UnavailableError(`${provider} cannot be reached: ${unresolved.message}`);
  if (first?.code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR' || 'error' in (first ?? {})) {
    const { error: said, error_description: why } = (first ?? {}) as Record<string, unknown>;
    const text = [said, why].filter((part) => typeof part === 'string').join(': ');
    return new UnauthenticatedError(`${provider} refused: ${text.slice(0, 300)}`);
  }
  const detail = first?.message ?? 'unknown error';
  const cause = chain[1]?.message;
  const text = cause && cause !== detail ? `${detail} (${cause})` : detail;
  return new UnauthenticatedError(
    `${provider} did not answer as it should: ${text.slice(0, 300)}`,
    {},
    {
      cause: error,
    },
  );
}

function causesOf(error: unknown): (Error & { code?: string })[] {
  const chain: (Error & { code?: string })[] = [];
  for (let next = error; next instanceof Error && chain.length < 10; next = next.cause) {
    chain.push(next);
  }
  return chain;
}
