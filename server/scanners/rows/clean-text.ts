// Built from strings, as the patterns consist of control characters.
const UNSAFE =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]';
const SUSPECT = new RegExp(UNSAFE);
const CONTROL = new RegExp(UNSAFE, 'g');
/** Sequences that move a terminal's cursor, colour it (CSI) or set its title (OSC). */
const CSI = '\\[[0-?]{0,64}[ -/]{0,8}[@-~]';
const OSC = '\\][^\\u0007\\u001b]{0,512}(?:\\u0007|\\u001b\\\\)';
const ANSI = new RegExp(`\\u001b(?:${CSI}|${OSC}|[@-Z\\\\^_])`, 'g');

/**
 * Text of a report made safe to log and show: no terminal escapes, control or text-direction
 * characters (line breaks and tabs stay), at most `maxLength` characters.
 */
export function cleanText(text: string, maxLength = 20_000): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  if (!SUSPECT.test(short)) return short.trim();
  return short.replace(/\r\n?/g, '\n').replace(ANSI, '').replace(CONTROL, '').trim();
}
