import type { FastifyInstance } from 'fastify';

/** Collects the routes that are added from now on; returns the methods that a path has. */
export function methodsOf(app: FastifyInstance): (path: string) => string[] {
  const routes: { segments: string[]; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const methods = Array.isArray(method) ? method : [method];
    routes.push({ segments: url.split('/'), methods });
  });
  return (path) => {
    const segments = path.split('/');
    const found = routes.filter((route) => isAt(route.segments, segments));
    const exact = found.map((route) => parametersOf(route.segments)).sort()[0];
    const named = found.filter((route) => parametersOf(route.segments) === exact);
    return [...new Set(named.flatMap(({ methods }) => methods))].sort();
  };
}

/** Which segments are parameters: `/things/new` comes before `/things/:id`, which fits the same path. */
function parametersOf(pattern: readonly string[]): string {
  return pattern.map((segment) => (segment.startsWith(':') ? 'p' : '-')).join('');
}

function isAt(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length !== path.length) return false;
  return pattern.every((segment, n) =>
    segment.startsWith(':') ? path[n] !== '' : segment === path[n],
  );
}
