import type { Foreign, Mistaken } from '../../readers/format.js';
import { PROWLER_2_ASFF } from './asff.js';
import { isProwler } from './ocsf.js';

const EXPORT_OCSF = 'export OCSF instead: prowler <provider> --output-formats json-ocsf';
const old = (looksLike: string): Foreign => ({
  looksLike: `${looksLike} of Prowler 2.x, which is not supported`,
  advice: EXPORT_OCSF,
});

/** Unsupported outputs of Prowler, and its CSV re-saved by other programs. */
export const mistakenForProwler: Mistaken = {
  element(result) {
    if (isProwler(result) && result.class_uid === 2003) {
      return {
        looksLike: 'OCSF class 2003 "compliance finding" of Prowler',
        advice: 'give the detection findings instead: the file that ends in .ocsf.json beside it',
      };
    }
    if (PROWLER_2_ASFF.test(String(result.GeneratorId ?? ''))) return old('ASFF');
    return 'Control' in result && 'Status' in result ? old('a report') : null;
  },
  markup: (head) =>
    /<!doctype html|<html/i.test(head) && /prowler/i.test(head)
      ? { looksLike: "Prowler's HTML report", advice: EXPORT_OCSF }
      : null,
  text(firstLine) {
    if (/TITLE_ID|CHECK_RESULT/.test(firstLine)) return old('a report');
    return /CHECK_ID/.test(firstLine) && /STATUS/.test(firstLine)
      ? {
          looksLike: 'a Prowler CSV that another program saved with other separators',
          advice: "give the file as Prowler wrote it, separated by ';'",
        }
      : null;
  },
};
