import type { OutputTail } from './output-tail.js';

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Splits Docker's stream into frames of standard output and error. dockerode's own demultiplexer buffers each
 * frame whole and copies the buffer for each, which is slow when a tool floods.
 */
export class DockerOutput {
  #header = Buffer.alloc(0);
  #left = 0;
  #into: OutputTail;

  constructor(
    private readonly stdout: OutputTail,
    private readonly stderr: OutputTail,
  ) {
    this.#into = stdout;
  }

  write(data: Buffer): void {
    let rest = data;
    while (rest.length > 0) {
      if (this.#left > 0) {
        this.#into.write(rest.subarray(0, this.#left));
        const taken = Math.min(this.#left, rest.length);
        this.#left -= taken;
        rest = rest.subarray(taken);
        continue;
      }
      const wanted = HEADER_BYTES - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, wanted)]);
      rest = rest.subarray(wanted);
      if (this.#header.length < HEADER_BYTES) return;
      this.#into = this.#header[0] === STDERR ? this.stderr : this.stdout;
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
  }
}
