/**
 * A token of JSON after white space: punctuation, a string, a number, or one of the three names. No repetition contains another
 * that could match the same characters: a text that never ends takes linear time.
 */
const WORD =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings hold them only escaped
  /([ \t\r\n]*)(?:([{}[\],:])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

type Expected = 'value' | 'first_value' | 'key' | 'first_key' | 'colon' | 'next' | 'end';

/**
 * The offset where a text stops being JSON: `JSON.parse` reports it for some mistakes only.
 * The text's length when the whole text may be the start of a document.
 */
export function jsonBreak(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'next');
  for (let at = 0; ; ) {
    WORD.lastIndex = at;
    const word = WORD.exec(text);
    if (!word) return at + text.slice(at).search(/[^ \t\r\n]|$/);
    const [, space = '', mark, quoted] = word;
    const start = at + space.length;
    const inside = open.at(-1);
    if (expected === 'value' || expected === 'first_value') {
      if (mark === '{' || mark === '[') {
        open.push(mark);
        expected = mark === '{' ? 'first_key' : 'first_value';
      } else if (mark === ']' && expected === 'first_value') {
        open.pop();
        expected = afterValue();
      } else if (mark !== undefined) return start;
      else expected = afterValue();
    } else if (expected === 'key' || expected === 'first_key') {
      if (quoted !== undefined) expected = 'colon';
      else if (mark === '}' && expected === 'first_key') {
        open.pop();
        expected = afterValue();
      } else return start;
    } else if (expected === 'colon') {
      if (mark !== ':') return start;
      expected = 'value';
    } else if (expected === 'next' && mark === ',') {
      expected = inside === '{' ? 'key' : 'value';
    } else if (expected === 'next' && mark === (inside === '{' ? '}' : ']')) {
      open.pop();
      expected = afterValue();
    } else return start;
    at = WORD.lastIndex;
  }
}
