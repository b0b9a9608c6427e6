import type { KeyboardEvent } from 'react';

/** A pasted tag is there at once: Enter after it must not send the form around it. */
export function stayOnEnter(event: KeyboardEvent<HTMLInputElement>) {
  // With text in the field, Enter is the field's own: it makes the tag.
  const isEmpty = event.currentTarget.value.trim() === '';
  if (event.key === 'Enter' && isEmpty) event.preventDefault();
}
