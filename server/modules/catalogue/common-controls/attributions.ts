import type { Catalogue } from './catalogue.js';

/** What has to be shown with these texts, each once, in order; empty where all of them are ours. */
export function attributionsOf(
  texts: Iterable<{ attribution?: string | undefined } | undefined>,
): string[] {
  const found = new Set<string>();
  for (const text of texts) if (text?.attribution) found.add(text.attribution);
  return [...found].sort();
}

/** The same of controls by their ids. */
export function controlAttributions(catalogue: Catalogue, ids: Iterable<string>): string[] {
  return attributionsOf([...ids].map((id) => catalogue.controls.get(id)));
}
