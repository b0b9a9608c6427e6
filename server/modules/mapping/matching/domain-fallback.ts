import type { Catalogue, Domain } from '../../catalogue/index.js';
import type { CheckText } from './keyword-index.js';
import { PhraseTable, phraseOf } from './phrases.js';
import { readings } from './tokens.js';

/** The match of a finding that nothing else matched. */
const LAST_RESORT = 'CFG';

export interface DomainChoice {
  domain: Domain;
  /** What decided the choice. */
  because: 'service' | 'text' | 'nothing';
}

/** The domain of a check: by its service, else by its words, so that no check is lost. */
export class DomainFallback {
  readonly #catalogue: Catalogue;
  readonly #byService = new Map<string, Domain[]>();
  readonly #words = new PhraseTable<string>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
    for (const domain of catalogue.domains.values()) {
      for (const service of domain.services) {
        const key = service.toLowerCase();
        this.#byService.set(key, [...(this.#byService.get(key) ?? []), domain]);
      }
      for (const keyword of domain.keywords) {
        const phrase = phraseOf(keyword);
        if (phrase !== null) this.#words.add(phrase, domain.code);
      }
    }
  }

  /** Whether the control's domain names the check's service. */
  lists(controlId: string, { service }: Pick<CheckText, 'service'>): boolean {
    const code = this.#catalogue.controls.get(controlId)?.domain;
    const domains = this.#byService.get(service.toLowerCase()) ?? [];
    return domains.some((domain) => domain.code === code);
  }

  /** A service may be in several domains: the words choose among them, then the domains' order. */
  of(check: CheckText): DomainChoice {
    const hits = this.#hitsOf(check);
    const ofService = this.#byService.get(check.service.toLowerCase()) ?? [];
    const fromService = bestOf(ofService, hits) ?? ofService[0];
    if (fromService !== undefined) return { domain: fromService, because: 'service' };
    const fromText = bestOf([...this.#catalogue.domains.values()], hits);
    if (fromText !== undefined) return { domain: fromText, because: 'text' };
    return { domain: this.#lastResort(), because: 'nothing' };
  }

  /** Keywords found per domain; the title counts three times. */
  #hitsOf(check: CheckText): Map<string, number> {
    const hits = new Map<string, number>();
    const add = (by: number) => (code: string) => hits.set(code, (hits.get(code) ?? 0) + by);
    this.#words.find(readings(check.title), add(3));
    this.#words.find(readings(check.description), add(1));
    return hits;
  }

  #lastResort(): Domain {
    const [first] = this.#catalogue.domains.values();
    const domain = this.#catalogue.domains.get(LAST_RESORT) ?? first;
    if (domain === undefined) throw new Error('the catalogue has no domains');
    return domain;
  }
}

function bestOf(domains: readonly Domain[], hits: ReadonlyMap<string, number>): Domain | undefined {
  let best: Domain | undefined;
  for (const domain of domains) {
    const count = hits.get(domain.code) ?? 0;
    if (count > 0 && count > (best === undefined ? 0 : (hits.get(best.code) ?? 0))) best = domain;
  }
  return best;
}
