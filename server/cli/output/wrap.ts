import { withoutColours } from './style.js';

/** Wraps text at spaces, and breaks longer words after `_-/.:`. */
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

/** Visible length, without colours. */
function lengthOf(text: string): number {
  return withoutColours(text).length;
}

/** A word, in pieces if it is too long. */
function pieces(word: string, width: number): { text: string; isRest: boolean }[] {
  if (lengthOf(word) <= width) return [{ text: word, isRest: false }];
  const parts = word
    .split(/(?<=[_\-/.:])/)
    .flatMap((part) => part.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gsu')) ?? []);
  return parts.map((text, i) => ({ text, isRest: i > 0 }));
}

/** A wrapped paragraph below a command's help. */
export function helpText(text: string): string {
  return `\n${wrap(text, 80).join('\n')}`;
}

/** Text after a label, with a hanging indent. */
export function labelled(label: string, text: string, width: number): string {
  const indent = ' '.repeat(9);
  const [first = '', ...rest] = wrap(text, width - indent.length);
  return [`${label}${first}`, ...rest.map((line) => indent + line)].join('\n');
}
