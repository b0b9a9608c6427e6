import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';

let core: TestCore;
let built: Assessments;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments'));
  built = core.container.get('assessments');
});
afterAll(() => core.close());

test('every ready questionnaire is there, also of a framework that is not in use; a yes counts once it is', async () => {
  const { activation } = core.catalogue;
  const { posture } = core.compliance;
  const fresh = new TestTeam(core);
  const ready = (await built.assessments.questionnaires(fresh.actor))
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
  const { id, framework } = await built.assessments.create(fresh.actor, input);
  const frameworkId = framework ?? '';
  const active = await posture.frameworks(fresh.actor);
  expect(active.map((each) => each.id)).not.toContain(frameworkId);
  const asked = (await built.answers.all(fresh.actor, id)).find(
    ({ kind }) => kind === 'requirement',
  );
  const questionId = asked?.id ?? '';
  const given = { value: 'yes' as const, explanation: '', evidence: [], owner: null };
  await built.answers.answer(fresh.actor, id, questionId, given);
  await activation.choose(fresh.actor, frameworkId, { active: true });
  const { requirementStates } = await posture.framework(fresh.actor, frameworkId);
  const attested = requirementStates.find((each) => questionId.endsWith(`/${each.id}`));
  expect(attested?.attestation).toMatchObject({ actor: fresh.actor.name });
});
