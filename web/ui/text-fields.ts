type TextKey<D> = { [K in keyof D]: string extends D[K] ? K : never }[keyof D];

/**
 * What ties text inputs to a draft: for the name of a field of free text the properties `value`,
 * `onChange` and `error`. `onChange` of the draft gets that one field.
 */
export function textFields<D extends object>(
  draft: D,
  errors: Partial<Record<TextKey<D>, string>>,
  onChange: (changes: Partial<D>) => void,
) {
  return <K extends TextKey<D>>(field: K) => ({
    value: draft[field],
    onChange: (event: { currentTarget: { value: string } }) =>
      // A computed name is not known to the type; `field` names a text, and a text it gets.
      onChange({ [field]: event.currentTarget.value } as unknown as Partial<D>),
    error: errors[field],
  });
}
