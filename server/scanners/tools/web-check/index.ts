import { PER_CHECK, type Tool } from '../tool.js';
import { webCheck as scan } from './web-check.scan.js';

export const webCheck: Tool = {
  id: scan.id,
  title: scan.title,
  homepage: null,
  about: scan.about,
  // It writes OCSF, whose reader recognises it by its product.
  formats: [],
  silence: { proves: PER_CHECK },
  isSuffixedElsewhere: true,
  scan,
};
