import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy in front of a server, so that a test can count and cut its connections. */
export class TcpProxy {
  readonly #pairs = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async before(host: string, port: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new TcpProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.#join(client, connect(port, host)));
    return proxy;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Closes all current connections; new ones are accepted. */
  cut(): void {
    for (const client of this.#pairs) client.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(client: Socket, upstream: Socket): void {
    this.#pairs.add(client);
    const end = () => {
      this.#pairs.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream).pipe(client);
  }
}

/** A proxy for the server of a MongoDB URI with one host, and the URI through it. */
export async function proxied(uri: string): Promise<{ proxy: TcpProxy; uri: string }> {
  const url = new URL(uri);
  const proxy = await TcpProxy.before(url.hostname, Number(url.port || 27017));
  url.host = `127.0.0.1:${proxy.port}`;
  return { proxy, uri: url.href };
}
