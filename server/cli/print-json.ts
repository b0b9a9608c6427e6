/** One document, as `--json` of every command. */
export function printJson(document: unknown): void {
  console.log(JSON.stringify(document, null, 2));
}
