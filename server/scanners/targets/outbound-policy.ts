import type { Config } from '../../platform/config/config.js';
import type { JudgeAddresses } from '../../platform/outbound/outbound-guard.js';
import { decideAddresses } from './address-policy.js';
import { parseHost } from './host-name.js';

/** The address policy of scan targets, with the operator's OUTBOUND_ALLOW in place of a team's own ranges. */
export function judgeOutbound({ outboundAllow }: Pick<Config, 'outboundAllow'>): JudgeAddresses {
  const isRange = (text: string) => /^[\d.]+(\/\d+)?$|:/.test(text);
  const allowed = {
    ranges: outboundAllow.filter(isRange),
    names: outboundAllow.filter((text) => !isRange(text)),
  };
  const none = { ranges: [], names: [] };
  return (host, addresses) => {
    const parsed = parseHost(host);
    const { refusals } = decideAddresses(parsed, addresses, allowed);
    const named = allowed.names.some((name) => {
      const own = name.toLowerCase();
      return own.startsWith('*.') ? parsed.text.endsWith(own.slice(1)) : parsed.text === own;
    });
    // An address is declared when only the list allows it, or when the list names it.
    const declared = named || !decideAddresses(parsed, addresses, none).allowed;
    const [first] = refusals;
    const refusal = first
      ? `${first.what} is not called: ${first.why.replace(/; declare .*$/, '')} (OUTBOUND_ALLOW)`
      : null;
    return { refusal, declared };
  };
}
