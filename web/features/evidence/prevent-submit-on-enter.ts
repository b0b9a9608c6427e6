import type { KeyboardEvent } from 'react';

/** Pasting creates a tag at once, so a following Enter must not submit the form. */
export function preventSubmitOnEnter(event: KeyboardEvent<HTMLInputElement>) {
  // With text in the field, Enter creates the tag.
  const isEmpty = event.currentTarget.value.trim() === '';
  if (event.key === 'Enter' && isEmpty) event.preventDefault();
}
