import { SaxesParser } from 'saxes';
import { AppError } from '../../platform/errors.js';
import { type Fault, faultOf } from '../../platform/parsing/fault.js';
import { faultReason } from '../../platform/parsing/unreadable.js';

export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** Its text, without that of its children. */
  text: string;
}

export interface XmlHandler {
  open?(element: XmlElement, path: readonly string[]): void;
  /** `path` ends in the element itself. */
  close?(element: XmlElement, path: readonly string[]): void;
}

export const XML_LIMITS = {
  maxBytes: 1024 ** 3,
  maxDepth: 32,
  maxTextLength: 1024 * 1024,
  maxElements: 20_000_000,
  maxAttributes: 100,
  /** An unterminated tag or text of this length is an attack on memory. */
  maxQuietBytes: 16 * 1024 * 1024,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them, but tools copy them from the scanned side
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Stops reading: the document breaks a limit or a rule of XML. */
class StopError extends Error {}

/**
 * Parses XML chunk by chunk without external access or expansion: a DTD that declares anything is
 * refused (a bare `<!DOCTYPE name>`, as Nmap writes, is ignored), entities other than XML's five are
 * errors, stylesheets are never fetched, and depth, size and text are bounded.
 */
export class BoundedXml {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #decoder = new TextDecoder('utf-8');
  readonly #limits: typeof XML_LIMITS;
  readonly #stack: { name: string; attributes: Record<string, string>; text: string }[] = [];
  readonly #path: string[] = [];
  #bytes = 0;
  #elements = 0;
  #quiet = 0;
  #closed = false;
  #problem: string | null = null;
  #fault: Fault | null = null;

  constructor(handler: XmlHandler, limits = XML_LIMITS) {
    this.#limits = limits;
    const parser = this.#parser;
    parser.on('error', (error) => {
      throw new StopError(`is not well-formed (${shortMessage(error.message)})`);
    });
    parser.on('doctype', (doctype) => {
      if (!/^\s*[\w:.-]{1,60}\s*$/.test(doctype))
        throw new StopError('has a DTD, which is not read');
    });
    parser.on('opentag', (tag) => this.#open(tag.name, tag.attributes, handler));
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('closetag', () => this.#close(handler));
  }

  get stopped(): boolean {
    return this.#problem !== null;
  }

  /** An unexpected error of the handler, where it is the problem. */
  get fault(): Fault | null {
    return this.#fault;
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    this.#guard(() => {
      this.#quiet += chunk.byteLength;
      const { maxBytes, maxQuietBytes } = this.#limits;
      if (this.#bytes > maxBytes || this.#quiet > maxQuietBytes)
        throw new StopError('is too large');
      this.#parser.write(
        this.#decoder.decode(chunk, { stream: true }).replace(FORBIDDEN, '\ufffd'),
      );
    });
  }

  /** What is wrong or missing; null for a complete document. */
  end(): string | null {
    this.#guard(() => {
      if (!this.#closed) throw new StopError('ends in the middle: the run was interrupted');
      this.#parser.write(this.#decoder.decode()).close();
    });
    return this.#problem;
  }

  #guard(step: () => void): void {
    if (this.#problem !== null) return;
    try {
      step();
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!(error instanceof StopError)) this.#fault = faultOf(error);
      const { line, column } = this.#parser;
      const reason = this.#fault ? faultReason(this.#fault) : (error as StopError).message;
      this.#problem = `${reason} at line ${line}, column ${column}; the rest was not read`;
    }
  }

  #open(name: string, attributes: Record<string, string>, handler: XmlHandler): void {
    const { maxDepth, maxElements, maxAttributes } = this.#limits;
    this.#elements += 1;
    this.#quiet = 0;
    if (this.#elements > maxElements) throw new StopError('has too many elements');
    if (this.#stack.length >= maxDepth) throw new StopError(`is nested deeper than ${maxDepth}`);
    if (Object.keys(attributes).length > maxAttributes)
      throw new StopError('has too many attributes');
    const element = { name, attributes, text: '' };
    this.#stack.push(element);
    this.#path.push(name);
    handler.open?.(element, this.#path);
  }

  #text(text: string): void {
    const element = this.#stack.at(-1);
    if (!element) return;
    element.text += text;
    if (element.text.length > this.#limits.maxTextLength)
      throw new StopError('has too long a text');
  }

  #close(handler: XmlHandler): void {
    this.#quiet = 0;
    const element = this.#stack.pop();
    if (element) handler.close?.(element, this.#path);
    this.#path.pop();
    this.#closed = this.#stack.length === 0;
  }
}

/** The message without the parser's position and without what it quotes from the document. */
function shortMessage(message: string): string {
  return message
    .replace(/^\d+:\d+: /, '')
    .replace(/: .*/s, '.')
    .replace(/[^\w ,.'<>/-]/g, '')
    .slice(0, 80);
}
