/**
 * Names whose value is a secret: `DB_PASSWORD`, `clientSecret`, `x-api-key`. Only the end of the
 * name counts, so that `password_policy`, `http_tokens` and `secret_arn` are left alone.
 */
const SECRET_NAME =
  /(?:password|passwd|passphrase|passcode|passwort|pwd|secret|token|credential|authorization|connection[-_.]?string|database[-_.]?url|(?:api|access|private|secret|account|auth|signing|encryption|master|client|shared|storage|webhook)[-_.]?key|(?:client|app)[-_.]?secret|secret[-_.]?(?:string|value|hash)|secret[-_.]?access[-_.]?key|private[-_.]?key[-_.]?data|psk|sig|signature|cookie|jwt|(?:^|[-_.])dsn|(?:user|db|admin|root|sa)[-_.]?pw|(?:db|sql|mysql|mariadb|postgres|postgresql|pg|pgsql|oracle|mssql|redis|mongo|mongodb|smtp|mail|email|imap|ftp|sftp|ssh|admin|root|user|usr|ldap|rabbitmq|amqp|proxy|http|basic|auth|login|jenkins|git|docker|registry|service|svc|app|api|web|master|key|keystore|truststore|store|sudo|wifi|vault|backup|encryption|cert|bind)[-_.]?pass)$/;

/** The last two letters of the above, to rule out most names without a regular expression. */
const ENDINGS = new Set(
  'rd wd se de rt et en al on ng rl ey ue sh ta sk ig re ss pw sn ie wt'
    .split(' ')
    .map((two) => two.charCodeAt(0) * 32 + (two.charCodeAt(1) & 31)),
);
const ENDING_TABLE = Uint8Array.from({ length: 4096 }, (_, code) => (ENDINGS.has(code) ? 1 : 0));

/** False if no secret's name ends in these two characters. */
export function mayEndSecretName(last: number, lastButOne: number): boolean {
  return ENDING_TABLE[((lastButOne | 32) & 127) * 32 + (last & 31)] === 1;
}

/** Values that are empty, refer elsewhere or are already masked. */
const HARMLESS_VALUE =
  /^(?:true|false|null|none|nil|undefined|yes|no|on|off|required|optional|enabled|disabled|empty|redacted|masked|hidden|n\/a|\*+|x{4,}|arn:.*|<.*|\$\{.*|\{\{.*|%.*%)$/is;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase());
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
