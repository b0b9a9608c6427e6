import type { KeyboardEvent } from 'react';

/** A pasted tag is there at once: Enter after it must not send the form around it. */
export function stayOnEnter(event: KeyboardEvent<HTMLInputElement>) {
  if (event.key === 'Enter') event.preventDefault();
}
