import { fingerprintOf } from './row-texts.js';

/** What a row says of the thing that it is about. */
export interface Said {
  checkId: string;
  uid: string;
  name: string;
  observed: string;
  accountId: string;
  accountName: string;
  region: string;
}

/** Two rows with the same identity are about different things when either part is stated by both and differs. */
export interface Apart {
  /** Counts always. */
  discriminator: string;
  /** Counts among rows of one report that share an identity, and after such a report. */
  hint: string;
}

/** Uids that no two things have: then another display name is a renamed thing. */
const GLOBAL =
  /^(?:arn:|\/|urn:|[\w.+-]+:\/\/|\d{8,}$)|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|sha\d{3}:|[^/\s]\/[^/\s]|^[\w.+-]+@[\w.-]+$/i;

export const isGlobalUid = (uid: string): boolean => GLOBAL.test(uid);

/** Nouns whose next word is a name: `User ann`, `access key 2`. */
const KINDS =
  'user|group|role|policy|key|device|app|application|domain|repository|branch|member|account|team|rule|listener|statement|permission|certificate|token|secret|project|site|mailbox|connector|principal|identity|bucket|instance|database|table|function|volume|network|subnet|cluster|node|pod|container|image';
const AFTER_NAME =
  '(?=["\'`)]?\\s*(?:$|[.,:;]|(?:is|are|has|have|had|does|do|did|can|cannot|could|will|not|in|of|on|for|to|at|with|without|attached|created|from|and|or)\\b))';
const NAMED = new RegExp(`\\b(?:${KINDS})s? +(["'\`(]?[\\w@.+:/…-]+)${AFTER_NAME}`, 'gi');
const NUMBERED =
  /\b(key|rule|listener|statement|certificate|token|volume) +#?(\d{1,3}|[A-Z]{4}\w*…?\w*)\b/g;
const QUOTED = /["'`‘“]([^"'`’”]{1,200})["'`’”]/g;
/** A word with an `@`, or letters and digits with a dash or underscore: an address or an id. */
const IDS = /[\w.+-]+@[\w.-]+|\b[a-z]{1,6}-[0-9a-f]{6,}\b/gi;
const VERB =
  /\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|will|would|should|must|may|allows?|uses?|contains?|enables?|needs?|lacks?|requires?|exposes?|belongs?)\b|n't\b|: | - /i;
/** Words that name nothing. */
const PLAIN = new Set(
  'a an the of in on at for to by from with without no not any all each every some none and or its their this that which who than one there it they only at least most more is are was were has have had does do did can cannot could will would should must may enabled disabled configured set up missing found exists exist access default current other new old password mfa'.split(
    ' ',
  ),
);

/** What of a row tells it apart always: read from the texts before masking, of which a print is kept. */
export function discriminatorOf(said: Said): string {
  if (isGlobalUid(said.uid) && said.uid !== said.accountId) return numberedIn(said);
  return tellApart(said).discriminator;
}

/** What tells this row apart by its own words: never by counts, ages or what was found. */
export function tellApart(said: Said): Apart {
  const { uid, accountId, accountName } = said;
  const name = uid.includes(said.name) || said.name === accountName ? '' : said.name;
  // Many things of an account may carry the account's own id.
  if (isGlobalUid(uid) && uid !== accountId) {
    return {
      discriminator: numberedIn(said),
      hint: printOf(said, name === '' ? namesIn(said) : [name]),
    };
  }
  const named = printOf(said, namesIn(said));
  return name === ''
    ? { discriminator: named, hint: '' }
    : { discriminator: printOf(said, [name]), hint: named };
}

/** `key 2` */
function numberedIn(said: Said): string {
  const [found] = said.observed.matchAll(NUMBERED);
  return found ? printOf(said, [`${found[1]} ${found[2]}`]) : '';
}

/** The names in the row's sentence beside the uid, account and region: its subject, and what follows a kind. */
function namesIn(said: Said): string[] {
  const text = said.observed.slice(0, 1_000);
  const known = new Set(
    [
      said.uid,
      said.name,
      said.accountId,
      said.accountName,
      said.region,
      ...said.checkId.split(/[^A-Za-z0-9]+/),
    ].map((word) => singular(word.toLowerCase())),
  );
  const isName = (word: string) =>
    word !== '' && !PLAIN.has(word) && !known.has(singular(word)) && !isAmount(word);
  const verb = VERB.exec(text);
  const head = verb ? text.slice(0, verb.index) : '';
  const mentionsUid = [said.uid, said.name].some(
    (known) => known !== '' && ` ${head.toLowerCase()} `.includes(known.toLowerCase()),
  );
  const subject = mentionsUid || head.length > 200 ? [] : wordsOf(head).filter(isName);
  const stated = [
    ...[...text.matchAll(NUMBERED)].map(([, kind, id]) => `${kind} ${id}`.toLowerCase()),
    ...[NAMED, QUOTED].flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap(([, word]) => wordsOf(word ?? '').filter(isName)),
    ),
    ...[...text.matchAll(IDS)].flatMap(([word]) => wordsOf(word).filter(isName)),
  ];
  return [...new Set([...subject, ...stated])].sort().slice(0, 20);
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;()"'`‘’“”[\]{}]+/)
    .map((word) => word.replace(/^[.:#]+|[.:!?]+$/g, ''));
}

const singular = (word: string) => word.replace(/(?<=[a-z]{2})s$/, '');

/** Numbers, percentages, dates, versions. */
const isAmount = (word: string) => /^v?[\d.,:/%+-]+(?:[a-z]{0,3}|th)$/.test(word);

/** Salted with the thing's place, so that equal prints of two accounts say nothing. */
function printOf(said: Said, parts: readonly string[]): string {
  const stated = parts.filter((part) => part !== '');
  if (stated.length === 0) return '';
  return fingerprintOf(JSON.stringify([said.checkId, said.accountId, said.uid, ...stated]));
}
