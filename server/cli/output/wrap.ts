import { withoutColours } from './style.js';

/** Breaks a text into lines of at most this width: at blanks, and inside words that are longer after `_-/.:`. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((long) => pieces(long, width))) {
    const glue = line === '' || word.isRest ? '' : ' ';
    if (line !== '' && lengthOf(line) + glue.length + lengthOf(word.text) > width) {
      lines.push(line);
      line = word.text;
    } else line += glue + word.text;
  }
  return [...lines, line];
}

/** As it is read: colours take no room. */
function lengthOf(text: string): number {
  return withoutColours(text).length;
}

/** A word that fits as it is, or the pieces of one that does not. */
function pieces(word: string, width: number): { text: string; isRest: boolean }[] {
  if (lengthOf(word) <= width) return [{ text: word, isRest: false }];
  const parts = word
    .split(/(?<=[_\-/.:])/)
    .flatMap((part) => part.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gsu')) ?? []);
  return parts.map((text, i) => ({ text, isRest: i > 0 }));
}

/** A paragraph below a command's help, which is not wrapped by itself. */
export function helpText(text: string): string {
  return `\n${wrap(text, 80).join('\n')}`;
}

/** A text under a label, its further lines below its first. */
export function labelled(label: string, text: string, width: number): string {
  const indent = ' '.repeat(9);
  const [first = '', ...rest] = wrap(text, width - indent.length);
  return [`${label}${first}`, ...rest.map((line) => indent + line)].join('\n');
}
