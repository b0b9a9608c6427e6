import type { ReportFormat } from '../rows/report.js';
import { BYTE_MASK } from './secret-names.js';
import { withoutJsonTexts } from './without-json-texts.js';
import { withoutXmlTexts } from './without-xml-texts.js';

/**
 * Parts of reports that hold whatever the scanned side said or the scanned files hold, secrets in any shape
 * among it: requests and answers with their cookies, lines of code beside and with secrets, an image's
 * environment. Results do without them, so the report that is kept does too.
 */
const WITHHELD: Partial<Record<ReportFormat, readonly string[]>> = {
  'nuclei-json': ['request', 'response', 'curl-command', 'extracted-results', 'interaction'],
  'zap-json': ['request-header', 'request-body', 'response-header', 'response-body'],
  'zap-xml': ['requestheader', 'requestbody', 'responseheader', 'responsebody'],
  'trivy-json': ['Code', 'Match', 'ImageConfig'],
  sarif: ['snippet', 'contents', 'webRequest', 'webResponse', 'insertedContent'],
};

const MASK = Buffer.from(BYTE_MASK, 'latin1');

/** The bytes of an unpacked report without the texts of such parts; still valid JSON or XML. */
export function withoutWithheld(
  input: AsyncIterable<Buffer>,
  format: ReportFormat,
): AsyncIterable<Buffer> {
  const names = WITHHELD[format];
  if (!names) return input;
  return format === 'zap-xml'
    ? withoutXmlTexts(input, names, MASK)
    : withoutJsonTexts(input, new Set(names), MASK);
}
