import { TriangleAlert } from 'lucide-react';
import type { ControlDetail } from '../../../contract/compliance.js';
import { counted, words } from '../../ui/format.js';
import { Notice } from '../../ui/Notice.js';

/** A decision that evidence speaks against: both are shown, and neither is silently dropped. */
export function Contradiction({ control }: { control: ControlDetail }) {
  const { contradicted, decision, explanation } = control;
  if (!contradicted || !decision) return null;
  const failing = explanation.inputs.filter(({ fail }) => fail > 0);
  const named = failing.slice(0, 3).map(({ checkId }) => checkId);
  const against =
    failing.length > 0
      ? `${counted(failing.length, 'check with fails speaks', 'checks with fails speak')} against it: ${named.join(', ')}${failing.length > 3 ? ' …' : '.'}`
      : 'All evidence of the control passes.';
  return (
    <Notice tone="amber" icon={TriangleAlert} title="Evidence contradicts the decision">
      {decision.actor} said “{words(decision.status ?? decision.kind).toLowerCase()}”. {against} Fix
      what fails, or change or withdraw the decision.
    </Notice>
  );
}
