import { words } from '../ui/format.js';
import { Help } from '../ui/Help.js';
import { glossary, type Word } from './glossary.js';

/** A question mark that explains a term of the glossary. */
export function Explain({ word }: { word: Word }) {
  return <Help about={words(word)} text={glossary[word]} />;
}
