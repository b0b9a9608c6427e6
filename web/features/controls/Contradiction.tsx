import { TriangleAlert } from 'lucide-react';
import type { ControlDetail } from '../../../contract/compliance.js';
import { counted, words } from '../../ui/format.js';
import { Notice } from '../../ui/Notice.js';

/** Warns that evidence contradicts a decision. Both are shown; neither is dropped. */
export function Contradiction({ control }: { control: ControlDetail }) {
  const { contradicted, decision, explanation } = control;
  if (!contradicted || !decision) return null;
  const failing = explanation.inputs.filter(({ fail }) => fail > 0);
  const named = failing.slice(0, 3).map(({ checkId }) => checkId);
  const evidence =
    failing.length > 0
      ? `${counted(failing.length, 'check fails', 'checks fail')}: ${named.join(', ')}${failing.length > 3 ? ' …' : '.'} Resolve the failures, or change or withdraw the decision.`
      : 'All evidence passes. Change or withdraw the decision.';
  return (
    <Notice tone="amber" icon={TriangleAlert} title="Evidence contradicts the decision">
      {decision.actor} decided “{words(decision.status ?? decision.kind).toLowerCase()}”. {evidence}
    </Notice>
  );
}
