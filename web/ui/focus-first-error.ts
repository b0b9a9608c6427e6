import { type RefObject, useEffect, useRef } from 'react';

/** Moves the keyboard focus to the first invalid field of a submitted form. */
export function focusFirstError(form: HTMLFormElement): void {
  requestAnimationFrame(() =>
    form.querySelector<HTMLElement>('[aria-invalid="true"]:not([type="hidden"])')?.focus(),
  );
}

/** Does so after the server refused the form as well: once it is no longer `busy`. */
export function useFocusFirstError(busy: boolean): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!busy && form.current) focusFirstError(form.current);
  }, [busy]);
  return form;
}
