import { WEB_CHECKS } from '../../../scanners/tools/web-check/web-checks.js';
import type { CheckList } from './known-checks.js';

/** The checks of the built-in web check: its ids are in the code. */
export const webChecks: CheckList = {
  name: 'web-check',
  text: Object.keys(WEB_CHECKS).join('\n'),
};
