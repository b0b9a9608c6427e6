import { PER_CHECK, type Tool } from '../tool.js';
import { webCheck as scan } from './web-check.scan.js';

export const webCheck: Tool = {
  id: 'web-check',
  title: 'Built-in web check',
  homepage: null,
  about: 'Headers, cookies, redirects and TLS of web sites',
  // It writes OCSF, whose reader knows it by its product.
  formats: [],
  silence: { proves: PER_CHECK },
  isSuffixedElsewhere: true,
  scan,
};
