import { fingerprintOf } from './row-texts.js';

/** The fields of a row that identify its resource. */
export interface RowIdentity {
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
  /** Always distinguishes rows. */
  discriminator: string;
  /** Distinguishes rows of one report that share an identity, and later rows after such a report. */
  hint: string;
}

/** Globally unique uids: with the same uid, a different display name means a rename. */
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
  /\b(key|rule|listener|statement|certificate|token|volume) +#?(\d{1,3}|[A-Z]{4}\w*(?:…\w*)?)\b/g;
const QUOTED = /["'`‘“]([^"'`’”]{1,200})["'`’”]/g;
/** A word with an `@`, or letters and digits with a dash or underscore: an address or an id. */
const IDS = /(?<![\w.+-])[\w.+-]+@[\w.-]+|\b[a-z]{1,6}-[0-9a-f]{6,}\b/gi;
const VERB =
  /\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|will|would|should|must|may|allows?|uses?|contains?|enables?|needs?|lacks?|requires?|exposes?|belongs?)\b|n't\b|: | - /i;
/** Words that are not names. */
const PLAIN = new Set(
  'a an the of in on at for to by from with without no not any all each every some none and or its their this that which who than one there it they only at least most more is are was were has have had does do did can cannot could will would should must may enabled disabled configured set up missing found exists exist access default current other new old password mfa'.split(
    ' ',
  ),
);

/** The discriminator of a row, from its texts before masking; only a fingerprint is kept. */
export function discriminatorOf(row: RowIdentity): string {
  if (isGlobalUid(row.uid) && row.uid !== row.accountId) return numberedIn(row);
  return tellApart(row).discriminator;
}

/** What distinguishes this row by its own texts; never counts, ages or findings. */
export function tellApart(row: RowIdentity): Apart {
  const { uid, accountId, accountName } = row;
  const name = uid.includes(row.name) || row.name === accountName ? '' : row.name;
  // Many resources may carry the id of their account.
  if (isGlobalUid(uid) && uid !== accountId) {
    return {
      discriminator: numberedIn(row),
      hint: printOf(row, name === '' ? namesIn(row) : [name]),
    };
  }
  const named = printOf(row, namesIn(row));
  return name === ''
    ? { discriminator: named, hint: '' }
    : { discriminator: printOf(row, [name]), hint: named };
}

/** `key 2` */
function numberedIn(row: RowIdentity): string {
  const [found] = row.observed.matchAll(NUMBERED);
  return found ? printOf(row, [`${found[1]} ${found[2]}`]) : '';
}

/** The names in the row's text besides uid, account and region: its subject, and the words after a noun such as “user”. */
function namesIn(row: RowIdentity): string[] {
  const text = row.observed.slice(0, 1_000);
  const known = new Set(
    [
      row.uid,
      row.name,
      row.accountId,
      row.accountName,
      row.region,
      ...row.checkId.split(/[^A-Za-z0-9]+/),
    ].map((word) => singular(word.toLowerCase())),
  );
  const isName = (word: string) =>
    word !== '' && !PLAIN.has(word) && !known.has(singular(word)) && !isAmount(word);
  const verb = VERB.exec(text);
  const head = verb ? text.slice(0, verb.index) : '';
  const mentionsUid = [row.uid, row.name].some(
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
    .map((word) => word.replace(/^[.:#]+|(?<![.:!?])[.:!?]+$/g, ''));
}

const singular = (word: string) => word.replace(/(?<=[a-z]{2})s$/, '');

/** Numbers, percentages, dates, versions. */
const isAmount = (word: string) => /^v?[\d.,:/%+-]+(?:[a-z]{0,3}|th)$/.test(word);

/** Salted with check, account and uid, so that prints of two accounts cannot be compared. */
function printOf(row: RowIdentity, parts: readonly string[]): string {
  const stated = parts.filter((part) => part !== '');
  if (stated.length === 0) return '';
  return fingerprintOf(JSON.stringify([row.checkId, row.accountId, row.uid, ...stated]));
}
