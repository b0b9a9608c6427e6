import type { XmlElement } from '../../readers/bounded-xml.js';

/** A table or element of a script's structured output. */
export interface ScriptNode {
  key: string;
  text: string;
  nodes: ScriptNode[];
}

/** What one script wrote about a port or a host. */
export interface ScriptResult {
  id: string;
  output: string;
  nodes: ScriptNode[];
}

const MAX_ERROR = 200;
const MAX_NODES = 100_000;
const MAX_OUTPUT = 4 * 1024 * 1024;

/** Collects the structured output of the script that is open; bounded. */
export class ScriptCollector {
  #open: ScriptNode[] = [];
  #nodes = 0;
  #result: ScriptResult | null = null;

  /** The name of the open script; empty outside of scripts. */
  get id(): string {
    return this.#result?.id ?? '';
  }

  begin({ attributes: at }: XmlElement): void {
    const nodes: ScriptNode[] = [];
    this.#result = { id: at.id ?? '', output: (at.output ?? '').slice(0, MAX_OUTPUT), nodes };
    this.#open = [{ key: '', text: '', nodes }];
    this.#nodes = 0;
  }

  open({ attributes }: XmlElement): void {
    const node = { key: attributes.key ?? '', text: '', nodes: [] };
    if (this.#nodes < MAX_NODES) this.#open.at(-1)?.nodes.push(node);
    this.#nodes += 1;
    this.#open.push(node);
  }

  close({ text }: XmlElement): void {
    const node = this.#open.pop();
    if (node) node.text = text.trim();
  }

  end(): ScriptResult {
    const result = this.#result ?? { id: '', output: '', nodes: [] };
    this.#result = null;
    this.#open = [];
    return result;
  }
}

/** Why a script says nothing of its host; null where it has run. */
export function errorOf({ output, nodes }: ScriptResult): string | null {
  const text = output.trim();
  // Scripts return it where they could not test.
  if (text === 'false' && nodes.length === 0) return 'it could not tell (false)';
  const isError = /^ERROR\b/.test(text) || /\bERROR$/.test(text);
  return isError ? text.slice(0, MAX_ERROR) : null;
}

/** The text of the first element with this key; empty if there is none. */
export function textOf({ nodes }: Pick<ScriptNode, 'nodes'>, key: string): string {
  return nodes.find((node) => node.key === key && node.text !== '')?.text ?? '';
}

/** All texts of the table with this key: `ids`, `refs`. */
export function textsOf({ nodes }: Pick<ScriptNode, 'nodes'>, key: string): string[] {
  const table = nodes.find((node) => node.key === key);
  if (!table) return [];
  const inside = table.nodes.map(({ text }) => text).filter((text) => text !== '');
  return inside.length > 0 ? inside : [table.text].filter((text) => text !== '');
}
