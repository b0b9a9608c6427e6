import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AnyEndpoint, IDEMPOTENCY_KEY } from '../../../contract/endpoint.js';
import type { Actor } from '../auth/actor.js';
import type { Clock } from '../clock.js';
import { ConflictError, InvalidInputError } from '../errors.js';
import { maskedTexts } from '../masked-texts.js';
import type { Call, Upload } from './call.js';
import type {
  IdempotentRequest,
  IdempotentRequestsRepository,
} from './idempotent-requests.repository.js';

export interface IdempotencyDeps {
  requests: IdempotentRequestsRepository;
  clock: Clock;
  maskText: (text: string) => string;
}

type AnyCall = Call<unknown, unknown, unknown>;

export interface Once {
  result: unknown;
  /** It is the answer of an earlier request. */
  isReplayed: boolean;
}

const KEPT_MS = 24 * 3_600_000;
const WITHHELD = '(shown only once)';

/** Makes a request that creates something safe to send again: for a day it is answered as the first time. */
export class Idempotency {
  constructor(private readonly deps: IdempotencyDeps) {}

  /** Does the work once per caller, endpoint and key. A request that failed may be sent again. */
  async once(
    endpoint: AnyEndpoint,
    key: unknown,
    call: AnyCall,
    work: (call: AnyCall) => Promise<unknown>,
  ): Promise<Once> {
    const { idempotent } = endpoint;
    if (!idempotent || key === undefined) return { result: await work(call), isReplayed: false };
    const { requests, maskText } = this.deps;
    const { actor } = call;
    const id = idOf(endpoint, validKey(key), call.actor);
    const input = new Input(call);
    const earlier = await this.#begin(id, actor);
    if (earlier) return { result: await answerOf(earlier, input), isReplayed: true };
    try {
      const result = await work(input.call);
      const masked = maskedTexts(JSON.parse(JSON.stringify(result)), maskText);
      const withheld = Object.fromEntries(idempotent.shownOnce.map((name) => [name, WITHHELD]));
      await requests.finish(actor, id, await input.hash(), { ...masked, ...withheld });
      return { result, isReplayed: false };
    } catch (error) {
      await requests.remove(actor, id);
      throw error;
    }
  }

  /** Null for the first; the earlier request otherwise. */
  async #begin(id: string, { teamId }: Actor): Promise<IdempotentRequest | null> {
    const { requests, clock } = this.deps;
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + KEPT_MS).toISOString();
    const request = { id, teamId, state: 'running' as const, inputHash: null, result: null };
    for (;;) {
      const earlier = await requests.get({ teamId }, id);
      if (earlier && earlier.expiresAt > now.toISOString()) return earlier;
      if (earlier) await requests.removeExpired({ teamId }, id, now.toISOString());
      try {
        await requests.add({ ...request, expiresAt });
        return null;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  }
}

async function answerOf({ state, inputHash, result }: IdempotentRequest, input: Input) {
  if (state === 'running') {
    throw new ConflictError(
      `the first request with this ${IDEMPOTENCY_KEY} is still running, or its server died: see what it did before you send another one`,
    );
  }
  if ((await input.hash()) === inputHash) return result;
  const message = `this ${IDEMPOTENCY_KEY} belongs to a request with other contents`;
  throw new InvalidInputError(message);
}

function validKey(key: unknown): string {
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new InvalidInputError(`${IDEMPOTENCY_KEY}: 1 to 200 letters, digits or signs`);
}

function idOf({ method, path }: AnyEndpoint, key: string, { userId, keyId }: Actor): string {
  const parts = [userId, keyId ?? '', method, path, key];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What was sent, hashed; a file while the work reads it. */
class Input {
  readonly call: AnyCall;
  readonly #hash: Hash;
  readonly #upload: Upload | null;

  constructor(call: AnyCall) {
    const { params, query, body, upload } = call;
    const said = [params, query, body, upload?.fileName];
    this.#hash = createHash('sha256').update(JSON.stringify(said));
    this.#upload = upload && this.#watched(upload);
    this.call = { ...call, upload: this.#upload };
  }

  /** Reads what the work has left of a file. Called once. */
  async hash(): Promise<string> {
    if (this.#upload) for await (const _ of this.#upload.stream);
    return this.#hash.digest('hex');
  }

  #watched(upload: Upload): Upload {
    const hash = this.#hash;
    const read = async function* () {
      for await (const chunk of upload.stream) {
        hash.update(chunk);
        yield chunk;
      }
    };
    return { ...upload, stream: Readable.from(read(), { objectMode: false }) };
  }
}
