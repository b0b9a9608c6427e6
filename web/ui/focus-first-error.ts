/** After a form was sent with mistakes, the keyboard goes to the first of them. */
export function focusFirstError(form: HTMLFormElement): void {
  requestAnimationFrame(() =>
    form.querySelector<HTMLElement>('[aria-invalid="true"]:not([type="hidden"])')?.focus(),
  );
}
