import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Relation } from '../../../../contract/compliance.js';
import { Catalogue, type Requirement } from '../../catalogue/common-controls/catalogue.js';
import { RequirementProjection } from './requirement-projection.js';

type Edges = Record<string, Relation>;

/** A framework in which each requirement has these edges; `!` before an id: it needs an attestation. */
function projectionOf(requirements: Record<string, Edges>): RequirementProjection {
  const list = Object.entries(requirements).map(
    ([name, edges]): Requirement => ({
      id: name.replace('!', ''),
      section: '1',
      title: name,
      attestation: name.startsWith('!'),
      controls: Object.entries(edges).map(([controlId, relation]) => ({
        ...{ controlId, relation, method: 'curated' as const },
      })),
    }),
  );
  const about = { name: 'F', version: '1', publisher: 'us', about: '', sections: [] };
  const framework = { id: 'f', ...about, requirements: list };
  const parts = { controls: [], domains: [], frameworks: [framework], version: '' };
  return new RequirementProjection(new Catalogue(parts));
}
const all = (...ids: string[]) => ids.map((controlId) => ({ controlId, strength: 1 }));

describe('a requirement is reached', () => {
  it('by a control that it equals or contains, not by one that it merely intersects', () => {
    const projection = projectionOf({
      equal: { A: 'equal' },
      holds: { A: 'superset', B: 'superset' },
      touches: { A: 'intersects' },
      other: { B: 'equal' },
    });
    expect(projection.of(all('A'))).toEqual({ f: ['equal', 'holds'] });
    expect(projection.of([])).toEqual({});
  });

  it('by several that contribute', () => {
    const projection = projectionOf({ x: { A: 'intersects', B: 'intersects' } });
    expect(projection.of(all('A'))).toEqual({});
    expect(projection.of(all('A', 'B'))).toEqual({ f: ['x'] });
  });

  it('as the only part of a control, but of many parts only the nearest', () => {
    expect(projectionOf({ x: { A: 'subset' } }).of(all('A'))).toEqual({ f: ['x'] });
    const many = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((id) => [id, { A: 'subset' as const }]),
    );
    expect(projectionOf(many).of(all('A'))).toEqual({ f: ['a'] });
    const merelyTouched = [{ controlId: 'A', strength: 0.6 }];
    expect(projectionOf(many).of(merelyTouched)).toEqual({});
    const both: Record<string, Edges> = { ...many, d: { A: 'subset', B: 'subset' } };
    expect(projectionOf(both).of(all('A', 'B'))).toEqual({ f: ['d'] });
  });

  it('less easily when a person has to attest it', () => {
    const projection = projectionOf({
      '!x': { A: 'superset', B: 'intersects' },
      y: { A: 'superset' },
    });
    const half = [{ controlId: 'A', strength: 0.7 }];
    expect(projection.of(half)).toEqual({ f: ['y'] });
    expect(projection.of([...half, ...all('B')])).toEqual({ f: ['x', 'y'] });
  });

  it('in the framework’s order, whatever the order of the controls', () => {
    const relation = fc.constantFrom<Relation>('equal', 'subset', 'superset', 'intersects');
    const edges = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D'), relation);
    const matched = fc.uniqueArray(
      fc.record({
        controlId: fc.constantFrom('A', 'B', 'C', 'D'),
        strength: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { selector: ({ controlId }) => controlId },
    );
    fc.assert(
      fc.property(fc.array(edges, { maxLength: 6 }), matched, (list, controls) => {
        const projection = projectionOf(
          Object.fromEntries(list.map((each, at) => [`r${at}`, each])),
        );
        const found = projection.of(controls).f ?? [];
        expect(projection.of([...controls].reverse()).f ?? []).toEqual(found);
        expect(found.toSorted()).toEqual(found);
      }),
    );
  });
});
