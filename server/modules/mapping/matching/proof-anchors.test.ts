import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { shippedMapping } from './curated-mapping.js';
import { parsed, readSources, SHIPPED } from './mapping-sources.js';

const catalogue = loadCatalogue();
const mapping = shippedMapping(catalogue);
const controls = [...catalogue.controls.values()];

/** The relation of a listed check to a control, by the rules of this build. */
function relationOf(controlId: string, provider: string, check: { tool: string; id: string }) {
  const listed = catalogue.checks.find(check.tool, provider, check.id);
  const { service = '', resourceType = '' } = listed ?? {};
  const described = { title: '', categories: [], provider, service, resourceType };
  const { edges = [], misses } = mapping.ruleFor({ ...check, ...described }) ?? {};
  if (misses) return 'passes do not count';
  return edges.find((edge) => edge.controlId === controlId)?.relation ?? 'no edge';
}

describe('anchors of the catalogue', () => {
  it('test a part of their control, or all of it', () => {
    const wrong = controls.flatMap(({ id, proof = {} }) =>
      Object.entries(proof).flatMap(([provider, anchors]) =>
        anchors
          .flatMap(({ checks }) => checks)
          .map((check) => ({ check, relation: relationOf(id, provider, check) }))
          .filter(({ relation }) => relation !== 'subset' && relation !== 'equal')
          .map(
            ({ check, relation }) => `${id} ${provider}: ${check.tool}:${check.id}: ${relation}`,
          ),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

it('checks that rules need are checks of a current release', () => {
  const wrong = parsed(readSources(SHIPPED).sources).rules.flatMap(({ file, given }) => {
    const providers = given.providers ?? PROVIDERS;
    return given.rules
      .flatMap(({ needs = [] }) => needs)
      .filter((id) => {
        const found = given.tools.flatMap((tool) =>
          providers.flatMap((provider) => catalogue.checks.find(tool, provider, id) ?? []),
        );
        return !found.some(({ isFormer }) => !isFormer);
      })
      .map((id) => `${file}: ${id}`);
  });
  expect(wrong).toEqual([]);
});

/** Of files that name services instead of providers. */
const PROVIDERS = ['aws', 'azure', 'gcp', 'kubernetes', 'm365', 'github', 'image', 'filesystem'];
