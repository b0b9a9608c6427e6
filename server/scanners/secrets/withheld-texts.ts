import type { FormatId } from '../rows/report.js';
import { formatOf } from '../tools/registry.js';
import { BYTE_MASK } from './secret-names.js';
import { withoutJsonTexts } from './without-json-texts.js';
import { withoutXmlTexts } from './without-xml-texts.js';

const MASK = Buffer.from(BYTE_MASK, 'latin1');

/** Removes the texts that the format withholds from an unpacked report, which stays valid JSON or XML. */
export function withoutWithheld(input: AsyncIterable<Buffer>, id: FormatId): AsyncIterable<Buffer> {
  const { withheld: names, kind } = formatOf(id) ?? {};
  if (!names) return input;
  return kind === 'xml'
    ? withoutXmlTexts(input, names, MASK)
    : withoutJsonTexts(input, new Set(names), MASK);
}
