import type { FormatId } from '../rows/report.js';
import { formatOf } from '../tools/registry.js';
import { inOrder, type SecretRange } from './secret-ranges.js';

// `&` also as XML and Go's JSON encode it.
const QUERY_VALUE = /(?:\?|&(?:amp;)?|\\u0026)[\w.\-[\]%]{1,100}=([^&"'<>\s\\]{1,4000})/g;

/** Adds the values of query parameters, for formats with addresses. */
export function withQueryValues(
  text: string,
  secrets: SecretRange[],
  format: FormatId | undefined,
): SecretRange[] {
  if (!format || !formatOf(format)?.hasAddresses) return secrets;
  const values = [...text.matchAll(QUERY_VALUE)].map((match): SecretRange => {
    const end = match.index + match[0].length;
    return { start: match.index, from: end - (match[1]?.length ?? 0), end };
  });
  return inOrder([...secrets, ...values]);
}
