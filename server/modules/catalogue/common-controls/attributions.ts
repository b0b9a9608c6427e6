import type { Catalogue } from './catalogue.js';

/** The attributions to show with these texts, without duplicates, in order; empty when all texts are ours. */
export function attributionsOf(
  texts: Iterable<{ attribution?: string | undefined } | undefined>,
): string[] {
  const found = new Set<string>();
  for (const text of texts) if (text?.attribution) found.add(text.attribution);
  return [...found].sort();
}

/** The attributions of controls, by id. */
export function controlAttributions(catalogue: Catalogue, ids: Iterable<string>): string[] {
  return attributionsOf([...ids].map((id) => catalogue.controls.get(id)));
}
