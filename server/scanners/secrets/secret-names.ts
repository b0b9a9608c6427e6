/**
 * Names whose value is a secret: `DB_PASSWORD`, `clientSecret`, `x-api-key`. Only the end of the
 * name counts, so that `password_policy`, `http_tokens` and `secret_arn` are left alone.
 */
const SECRET_NAME =
  /(?:password|passwd|passphrase|passcode|passwort|pwd|secret|token|credential|authorization|connection[-_.]?string|database[-_.]?url|(?:api|access|private|secret|account|auth|signing|encryption|master|client|shared|storage|webhook)[-_.]?key|(?:client|app)[-_.]?secret|secret[-_.]?(?:string|value|hash)|secret[-_.]?access[-_.]?key|(?:private|client)[-_.]?key[-_.]?data|psk|sig|signature|cookie|jwt|(?:^|[-_.])dsn|(?:user|db|admin|root|sa)[-_.]?pw|(?:db|sql|mysql|mariadb|postgres|postgresql|pg|pgsql|oracle|mssql|redis|mongo|mongodb|smtp|mail|email|imap|ftp|sftp|ssh|admin|root|user|usr|ldap|rabbitmq|amqp|proxy|http|basic|auth|login|jenkins|git|docker|registry|service|svc|app|api|web|master|key|keystore|truststore|store|sudo|wifi|vault|backup|encryption|cert|bind)[-_.]?pass)$/;

/** The last three letters of the above, to rule out most names without a regular expression. */
const ENDINGS =
  'ord swd ase ode ort pwd ret ken ial ion ing url key lue ash ata psk sig ure kie jwt dsn ass';
const ENDING_TABLE = new Uint8Array(32 * 32 * 32);
for (const three of ENDINGS.split(' ')) ENDING_TABLE[endingOf(three, 3)] = 1;
// `pw` follows any letter or a separator.
for (let code = 0; code < 128; code += 1) {
  ENDING_TABLE[endingOf(`${String.fromCharCode(code)}pw`, 3)] = 1;
}

function endingOf(text: string, end: number): number {
  const last = text.charCodeAt(end - 1) & 31;
  return (((text.charCodeAt(end - 3) & 31) << 5) | (text.charCodeAt(end - 2) & 31)) * 32 + last;
}

/** False if no secret's name ends at `end`. */
export function mayEndSecretName(text: string, end: number): boolean {
  return ENDING_TABLE[endingOf(text, end)] === 1;
}

/** Values that are empty, refer elsewhere or are already masked. */
const HARMLESS_VALUE =
  /^(?:true|false|null|none|nil|undefined|yes|no|on|off|required|optional|enabled|disabled|empty|redacted|masked|hidden|n\/a|\*+|x{4,}|arn:.*|<.*|\$\{.*|\{\{.*|%.*%)$/is;

/** Answers by name: reports repeat a few names a million times. */
const KNOWN = new Map<string, boolean>();
const MAX_KNOWN = 2_000;

export function isSecretName(name: string): boolean {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const answer = SECRET_NAME.test(name.toLowerCase());
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  // A copy, as a slice keeps the text that it was cut from.
  KNOWN.set(Buffer.from(name).toString(), answer);
  return answer;
}

export function isHarmlessValue(value: string): boolean {
  return HARMLESS_VALUE.test(value);
}

/** The replacement, as text and as its UTF-8 bytes read as Latin-1. */
export const MASK = '…masked';
export const BYTE_MASK = Buffer.from(MASK, 'utf8').toString('latin1');
/** How many characters of a long secret stay, to recognise it. */
export const SHOWN = 4;

/** True if the secret that begins here is already masked. */
export function isMaskedAt(text: string, from: number): boolean {
  for (let at = from; at <= from + SHOWN; at += 1) {
    if (text.startsWith(MASK, at) || text.startsWith(BYTE_MASK, at)) return true;
  }
  return false;
}
