import { BY_CHECK, BY_SEVERITY, BY_STATUS } from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { webCheck as scan } from './web-check.scan.js';

export const webCheck: Tool = {
  id: scan.id,
  title: scan.title,
  homepage: null,
  about: scan.about,
  // It writes OCSF, whose reader recognises it by its product.
  formats: [],
  silence: {
    filters: [BY_SEVERITY, BY_STATUS, BY_CHECK],
    groups: 'checks',
  },
  isSuffixedElsewhere: true,
  scan,
};
