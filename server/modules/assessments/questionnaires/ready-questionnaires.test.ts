import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let assessments: Assessments;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  assessments = core.container.get('assessments');
});
afterAll(() => core.close());

test('every ready questionnaire is listed, also of an inactive framework; a yes counts once it is active', async () => {
  const { activation } = core.catalogue;
  const { posture } = core.compliance;
  const fresh = new TestTeam(core);
  const ready = (await assessments.assessments.questionnaires(fresh.actor))
    .filter(({ id }) => !id.startsWith('framework:'))
    .map(({ id }) => id);
  expect(ready).toEqual([
    'csf-2.0-profile',
    'devsecops-maturity',
    'iso-27001-readiness',
    'owasp-api-top-10-2023',
    'owasp-asvs-5.0',
    'owasp-samm-2.0',
    'soc2-readiness',
    'ssdf-attestation',
  ]);
  const input = { questionnaireId: 'ssdf-attestation', name: 'How we build' };
  const { id, framework } = await assessments.assessments.create(fresh.actor, input);
  const frameworkId = framework ?? '';
  const active = await posture.frameworks(fresh.actor);
  expect(active.map((each) => each.id)).not.toContain(frameworkId);
  const asked = (await assessments.answers.all(fresh.actor, id)).find(
    ({ kind }) => kind === 'requirement',
  );
  const questionId = asked?.id ?? '';
  const given = {
    value: 'yes' as const,
    explanation: 'As agreed with the auditor.',
    evidence: [],
    owner: null,
  };
  await assessments.answers.answer(fresh.actor, id, questionId, given);
  await activation.choose(fresh.actor, frameworkId, { active: true });
  const { requirementStates } = await posture.framework(fresh.actor, frameworkId);
  const attested = requirementStates.find((each) => questionId.endsWith(`/${each.id}`));
  expect(attested?.attestation).toMatchObject({ actor: fresh.actor.name });
});
