type TextKey<D> = { [K in keyof D]: string extends D[K] ? K : never }[keyof D];

/** Binds text inputs to a draft: gives the `value`, `onChange` and `error` of a text field by name. */
export function textFields<D extends object>(
  draft: D,
  errors: Partial<Record<TextKey<D>, string>>,
  onChange: (changes: Partial<D>) => void,
) {
  return <K extends TextKey<D>>(field: K) => ({
    value: draft[field],
    onChange: (event: { currentTarget: { value: string } }) =>
      // TypeScript cannot check a computed key; `field` is a text field and gets a text.
      onChange({ [field]: event.currentTarget.value } as unknown as Partial<D>),
    error: errors[field],
  });
}
