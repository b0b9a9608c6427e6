/** Moves the keyboard focus to the first invalid field of a submitted form. */
export function focusFirstError(form: HTMLFormElement): void {
  requestAnimationFrame(() =>
    form.querySelector<HTMLElement>('[aria-invalid="true"]:not([type="hidden"])')?.focus(),
  );
}
