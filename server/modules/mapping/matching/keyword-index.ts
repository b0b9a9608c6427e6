import type { MatchReason } from '../../../../contract/compliance.js';
import type { Catalogue } from '../../catalogue/index.js';
import { type Phrase, PhraseTable, phraseOf } from './phrases.js';
import { readings, type Token } from './tokens.js';

/** The texts of a check. */
export interface CheckText {
  /** Many tools use words as ids: `s3_bucket_versioning`. */
  id?: string;
  title: string;
  description: string;
  risk: string;
  service: string;
  resourceType: string;
  categories: readonly string[];
}

export type MatchedToken = MatchReason['tokens'][number];

export interface KeywordMatch {
  controlId: string;
  /** Sum of the tokens' weights. */
  score: number;
  /** Heaviest first. */
  tokens: MatchedToken[];
}

/**
 * A word in the title names the subject of the check; in the risk, a possible consequence. Categories of
 * tools are broad (`forensics-ready` for every log), so they must not suffice for a match.
 */
const FIELD_WEIGHT = {
  title: 3,
  service: 2,
  resourceType: 2,
  categories: 1,
  description: 1,
  risk: 0.5,
};
type Field = keyof typeof FIELD_WEIGHT;
const FIELDS = Object.keys(FIELD_WEIGHT) as Field[];

/** Of several keywords of one control the heaviest counts fully, and each further one half as much as the previous. */
const DIMINISHING = 0.5;

/** Score factor for a phrase whose words are in the title but not adjacent. */
const SCATTERED = 0.6;

interface Entry {
  keyword: string;
  controlId: string;
  /** Weight by field. */
  weights: Record<Field, number>;
  /** Weight in the title when its words are not adjacent. */
  scattered: number;
  /** Its stems between spaces, to detect keywords inside others. */
  form: string;
}

interface Found {
  token: MatchedToken;
  form: string;
}

/** Finds controls by the words of a check. Built once from the catalogue; holds no state between searches. */
export class KeywordIndex {
  readonly #keywords = new PhraseTable<Entry>();
  readonly #negative = new PhraseTable<string>();

  constructor(catalogue: Catalogue) {
    const rarity = rarityOver(catalogue);
    for (const control of catalogue.controls.values()) {
      for (const keyword of control.keywords) {
        const phrase = phraseOf(keyword);
        if (phrase === null) continue;
        const form = ` ${phrase.stems.join(' ')} `;
        const rare = rarity(phrase);
        const weights = Object.fromEntries(
          FIELDS.map((field) => [field, round(rare * FIELD_WEIGHT[field])]),
        ) as Record<Field, number>;
        const scattered = round(rare * FIELD_WEIGHT.title * SCATTERED);
        this.#keywords.add(phrase, { keyword, controlId: control.id, weights, scattered, form });
      }
      for (const word of control.negative) {
        const phrase = phraseOf(word);
        if (phrase !== null) this.#negative.add(phrase, control.id);
      }
    }
  }

  /** Controls whose keywords are in the text, best first. */
  search(text: CheckText): KeywordMatch[] {
    const excluded = new Set<string>();
    const found = new Map<string, Map<string, Found>>();
    for (const field of FIELDS) {
      const tokens = tokensOf(text, field);
      if (field !== 'risk') this.#negative.find(tokens, (controlId) => excluded.add(controlId));
      this.#keywords.find(tokens, (entry) => keep(found, entry, field, entry.weights[field]));
      if (field !== 'title') continue;
      this.#keywords.findScattered(tokens, (entry) => keep(found, entry, field, entry.scattered));
    }
    const matches: KeywordMatch[] = [];
    for (const [controlId, tokens] of found) {
      if (!excluded.has(controlId)) matches.push(scored(controlId, [...tokens.values()]));
    }
    return matches.sort((a, b) => b.score - a.score || (a.controlId < b.controlId ? -1 : 1));
  }
}

function tokensOf(text: CheckText, field: Field): Token[][] {
  return field === 'categories' ? text.categories.flatMap(readings) : readings(text[field]);
}

/** A keyword counts once, in the field where it weighs most. */
function keep(
  found: Map<string, Map<string, Found>>,
  { controlId, keyword, form }: Entry,
  field: Field,
  weight: number,
): void {
  let tokens = found.get(controlId);
  if (tokens === undefined) {
    tokens = new Map();
    found.set(controlId, tokens);
  }
  const before = tokens.get(form);
  if (before === undefined || before.token.weight < weight) {
    tokens.set(form, { token: { keyword, field, weight }, form });
  }
}

/** A keyword inside a longer one that was found too is ignored. */
function scored(controlId: string, found: Found[]): KeywordMatch {
  const sorted = found.sort(
    (a, b) => b.token.weight - a.token.weight || (a.form < b.form ? -1 : 1),
  );
  const distinct: Found[] = [];
  let score = 0;
  for (const each of sorted) {
    if (distinct.some(({ form }) => form.includes(each.form))) continue;
    score += each.token.weight * DIMINISHING ** distinct.length;
    distinct.push(each);
  }
  return { controlId, score: round(score), tokens: distinct.map(({ token }) => token) };
}

/**
 * Weight of a phrase: the sum of its words' rarity (inverse document frequency over the controls, 1
 * for a word of a single control), so that longer phrases and rarer words weigh more.
 */
function rarityOver(catalogue: Catalogue): (phrase: Phrase) => number {
  const controls = new Map<string, number>();
  for (const control of catalogue.controls.values()) {
    const words = new Set(control.keywords.flatMap((keyword) => phraseOf(keyword)?.stems ?? []));
    for (const word of words) controls.set(word, (controls.get(word) ?? 0) + 1);
  }
  const maxLog = Math.log(catalogue.controls.size + 1);
  const rarity = (word: string) => 1 - Math.log(controls.get(word) ?? 1) / maxLog;
  return ({ stems, stops }) =>
    stems.reduce((sum, word, at) => sum + (stops[at] ? 0.1 : rarity(word)), 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
