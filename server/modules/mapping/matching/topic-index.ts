import type { MatchReason } from '../../../../contract/compliance.js';
import type { Topic } from './curated-mapping.js';
import type { CheckText } from './keyword-index.js';
import { type Phrase, PhraseTable, phraseOf } from './phrases.js';
import { readings, type Token } from './tokens.js';

type MatchedToken = MatchReason['tokens'][number];

/** A topic that matches a text. */
export interface TopicMatch {
  topic: Topic;
  score: number;
  /** Heaviest first. */
  tokens: MatchedToken[];
}

/** The title names the subject; later texts may mention side matters. */
const FIELD_WEIGHT = {
  title: 3,
  id: 2,
  service: 1.5,
  resourceType: 1,
  categories: 1,
  description: 1,
  risk: 0.4,
};
type Field = keyof typeof FIELD_WEIGHT;
const FIELDS = Object.keys(FIELD_WEIGHT) as Field[];
/** Fields in which negative words exclude a topic. */
const EXCLUDING_FIELDS: readonly Field[] = ['title', 'id'];
/** Each further phrase counts one third of the previous. */
const DIMINISHING = 0.34;
/** Score factor for a phrase whose words are in the title or id but not adjacent. */
const SCATTERED = 0.7;

interface Entry {
  topic: Topic;
  words: string;
  form: string;
  rarity: number;
}

/** Finds topics by the words of a check. Built once from the topics; holds no state between searches. */
export class TopicIndex {
  readonly #words = new PhraseTable<Entry>();
  readonly #against = new PhraseTable<string>();

  constructor(topics: Iterable<Topic>) {
    const all = [...topics];
    const rarity = rarityOver(all);
    for (const topic of all) {
      for (const words of topic.words) {
        const phrase = phraseOf(words);
        if (phrase === null) continue;
        const form = ` ${phrase.stems.join(' ')} `;
        this.#words.add(phrase, { topic, words, form, rarity: rarity(phrase) });
      }
      for (const words of topic.unless) {
        const phrase = phraseOf(words);
        if (phrase !== null) this.#against.add(phrase, topic.id);
      }
    }
  }

  /** Topics whose words are in the text, best first. */
  search(text: CheckText): TopicMatch[] {
    const excluded = new Set<string>();
    const found = new Map<Topic, Map<string, MatchedToken>>();
    for (const field of FIELDS) {
      const tokens = tokensOf(text, field);
      const add = (share: number) => (entry: Entry) => keep(found, entry, field, share);
      this.#words.find(tokens, add(1));
      if (!EXCLUDING_FIELDS.includes(field)) continue;
      this.#words.findScattered(tokens, add(SCATTERED));
      this.#against.find(tokens, (id) => excluded.add(id));
    }
    const matches = [...found]
      .filter(([topic]) => !excluded.has(topic.id))
      .map(([topic, tokens]) => scored(topic, tokens));
    return matches.sort((a, b) => b.score - a.score || (a.topic.id < b.topic.id ? -1 : 1));
  }
}

function tokensOf(text: CheckText, field: Field): Token[][] {
  if (field === 'categories') return text.categories.flatMap(readings);
  if (field === 'id') return readings((text.id ?? '').replace(/[_:./-]+/g, ' '));
  return readings(text[field]);
}

/** A phrase counts once, in the field where it weighs most. */
function keep(
  found: Map<Topic, Map<string, MatchedToken>>,
  { topic, words, form, rarity }: Entry,
  field: Field,
  share: number,
): void {
  const tokens = found.get(topic) ?? new Map<string, MatchedToken>();
  found.set(topic, tokens);
  const weight = round(rarity * FIELD_WEIGHT[field] * share);
  if ((tokens.get(form)?.weight ?? 0) < weight) tokens.set(form, { keyword: words, field, weight });
}

function scored(topic: Topic, found: ReadonlyMap<string, MatchedToken>): TopicMatch {
  const sorted = [...found].sort(([a, x], [b, y]) => y.weight - x.weight || (a < b ? -1 : 1));
  const distinct: [string, MatchedToken][] = [];
  let score = 0;
  for (const [form, token] of sorted) {
    if (distinct.some(([longer]) => longer.includes(form))) continue;
    score += token.weight * DIMINISHING ** distinct.length;
    distinct.push([form, token]);
  }
  return { topic, score: round(score), tokens: distinct.map(([, token]) => token) };
}

/** Inverse document frequency over the topics, summed over the words of a phrase. */
function rarityOver(topics: readonly Topic[]): (phrase: Phrase) => number {
  const count = new Map<string, number>();
  for (const { words } of topics) {
    const stems = new Set(words.flatMap((each) => phraseOf(each)?.stems ?? []));
    for (const stem of stems) count.set(stem, (count.get(stem) ?? 0) + 1);
  }
  const maxLog = Math.log(topics.length + 1);
  const rarity = (stem: string) => 1 - Math.log(count.get(stem) ?? 1) / maxLog;
  return ({ stems, stops }) =>
    stems.reduce((sum, stem, at) => sum + (stops[at] ? 0.1 : rarity(stem)), 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
