/** Any origin: only whether a path stays within it counts. */
const HERE = 'http://here.invalid';

/** The path of this app to return to after signing in; `/` for one that leads elsewhere, as `//evil.example` does. */
export function returnPathOf(next: string | undefined): string {
  if (!next?.startsWith('/') || !URL.canParse(next, HERE)) return '/';
  // Parsed as a browser does it: `/\evil.example` leads elsewhere too.
  const { origin, pathname, search, hash } = new URL(next, HERE);
  return origin === HERE && !pathname.startsWith('//') ? pathname + search + hash : '/';
}
