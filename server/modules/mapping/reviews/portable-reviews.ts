import { dump, JSON_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { Relation } from '../../../../contract/control.js';
import {
  MappingEdge,
  NewMappingReview,
  ReviewVerdict,
} from '../../../../contract/mapping-review.js';
import { plainIssue } from '../../../../contract/plain-issue.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { FileAnswer } from '../../../platform/http/file-answer.js';
import { parser } from '../../../platform/parsing/parser.js';
import { asUnreadable } from '../../../platform/parsing/unreadable.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { StoredReview } from './mapping-reviews.repository.js';

/** The file format of reviews. `by` and `on` record who decided at the source; the importer is responsible here. */
const Portable = MappingEdge.extend({
  verdict: ReviewVerdict,
  relation: Relation.optional(),
  reason: z.string().trim().min(3).max(2_000),
  by: z.string().max(500).optional(),
  on: z.string().max(40).optional(),
}).strict();
type Portable = z.infer<typeof Portable>;

const KIND = 'mapping-reviews/1';
const PortableYaml = z.object({ kind: z.literal(KIND), reviews: z.array(z.unknown()) }).strict();

/** The size of a file with the maximum number of reviews. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_REVIEWS = 10_000;

/** Reviews in force as a file: the same reviews give the same bytes, without what looks like a secret. */
export function exported(reviews: readonly StoredReview[], format: 'jsonl' | 'yaml'): FileAnswer {
  const rows = reviews.map(portable).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return format === 'yaml'
    ? {
        fileName: 'mapping-reviews.yaml',
        contentType: 'application/yaml; charset=utf-8',
        content: pieces([dump({ kind: KIND, reviews: rows }, { lineWidth: 100, noRefs: true })]),
      }
    : {
        fileName: 'mapping-reviews.jsonl',
        contentType: 'application/x-ndjson; charset=utf-8',
        content: pieces(rows.map((row) => `${JSON.stringify(row)}\n`)),
      };
}

async function* pieces(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

function portable(review: StoredReview): Portable {
  const { tool, checkId, provider, controlId, verdict, relation, reason, actor, at } = review;
  return {
    ...{ tool, checkId, ...(provider ? { provider } : {}), controlId, verdict },
    ...(relation ? { relation } : {}),
    ...{ reason: maskSecrets(reason), by: actor, on: at.slice(0, 10) },
  };
}

const keyOf = ({ tool, checkId, provider, controlId }: Portable) =>
  JSON.stringify([tool, checkId, provider ?? '', controlId]);

export const reviewsFile = parser('mapping.reviews-file', reviewsIn);

/** Reads JSON lines or YAML. Throws InvalidInputError that names the line or entry; a file with a mistake is rejected as a whole. */
export async function readReviews(
  input: AsyncIterable<Uint8Array | string>,
): Promise<NewMappingReview[]> {
  return reviewsIn(await wholeText(input));
}

function reviewsIn(whole: string): NewMappingReview[] {
  const text = whole.replace(/^\uFEFF/, '');
  const entries = /^\s*\{/.test(text) ? jsonLines(text) : yamlEntries(text);
  if (entries.length > MAX_REVIEWS) reject(`more than ${MAX_REVIEWS} reviews`);
  const first = new Map<string, string>();
  return entries.map(({ place, data }) => {
    const result = Portable.safeParse(data, { error: plainIssue });
    if (!result.success) {
      const [issue] = result.error.issues;
      const field = issue?.path.join('.');
      reject(`${place}: ${field ? `${field}: ` : ''}${issue?.message}`);
    }
    const { by, on, reason, ...edge } = result.data;
    const before = first.get(keyOf(result.data));
    if (before) reject(`${place}: is about the same match as ${before}`);
    first.set(keyOf(result.data), place);
    const from = [by, on].filter(Boolean).join(', ');
    const fullReason = from && !reason.endsWith(`(${from})`) ? `${reason} (${from})` : reason;
    const review = NewMappingReview.safeParse(
      { ...edge, reason: fullReason.slice(0, 2_000) },
      { error: plainIssue },
    );
    if (!review.success) reject(`${place}: ${review.error.issues[0]?.message}`);
    return review.data;
  });
}

function jsonLines(text: string): { place: string; data: unknown }[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const place = `line ${at + 1}`;
    try {
      return [{ place, data: JSON.parse(line) as unknown }];
    } catch {
      return reject(`${place}: not JSON`);
    }
  });
}

function yamlEntries(text: string): { place: string; data: unknown }[] {
  let data: unknown;
  try {
    data = load(text, { schema: JSON_SCHEMA });
  } catch (error) {
    throw asUnreadable(error, 'file');
  }
  const file = PortableYaml.safeParse(data);
  if (!file.success) reject(`neither JSON lines nor YAML of kind ${KIND} with a list “reviews”`);
  return file.data.reviews.map((entry, at) => ({ place: `reviews[${at}]`, data: entry }));
}

/** The text of a file of reviews. */
export async function wholeText(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of input) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > MAX_BYTES) reject(`larger than ${MAX_BYTES} bytes`);
    parts.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    return reject('not UTF-8 text');
  }
}

function reject(message: string): never {
  const errors = [{ path: 'file', message }];
  throw new InvalidInputError(`file: ${message}`, { errors });
}
