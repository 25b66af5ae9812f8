import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

/** A request as it arrived. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that notes what it gets and answers as it is told; gone with the test file. */
export class FakeServer {
  readonly seen: Seen[] = [];
  readonly #server = createServer((request, response) => void this.#receive(request, response));

  private constructor(private readonly answer: (seen: Seen, response: ServerResponse, count: number) => void | Promise<void>) {}

  static async start(answer: (seen: Seen, response: ServerResponse, count: number) => void | Promise<void>): Promise<FakeServer> {
    const server = new FakeServer(answer);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    after(() => {
      server.#server.close();
      server.#server.closeAllConnections();
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Those that came to this path. */
  at(path: string): Seen[] {
    return this.seen.filter(seen => seen.url === path);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of request)
      body += piece;
    const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    this.seen.push(seen);
    await this.answer(seen, response, this.seen.length);
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body));
}

/** As Fragrances refuses. */
export function refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}, more: object = {}): void {
  json(response, status, { success: false, error: { code, message: `${code} it is`, ...more }, timestamp: '2026-01-01T00:00:00.000Z', path: '/' }, headers);
}

/** Waits that take no time and are written down. */
export function noted(): { pauses: number[]; delay: (milliseconds: number, signal?: AbortSignal) => Promise<void> } {
  const pauses: number[] = [];
  return { pauses, delay: async milliseconds => void pauses.push(milliseconds) };
}

/** Something to wait for until it is opened. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>(resolve => open = resolve);
  return { opened, open };
}
