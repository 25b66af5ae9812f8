import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ColonnadeError } from '@colonnade/client';

/** A server that a test of the product's own has started; see tests/Client.Tests. */
export function given(name: string): string {
  return process.env[name] ?? assert.fail(`${name} says where the server is.`);
}

/** Sends mails and events that are due, and gives the latest mail to an address. */
export async function mailTo(address: string): Promise<string> {
  const mails = await (await fetch(`${given('CONTROL_URL')}?to=${encodeURIComponent(address)}`)).json() as { text: string }[];
  return mails[0]?.text ?? assert.fail(`nothing arrived for ${address}`);
}

/** Runs what is due, after so many seconds on the server's clock. */
export async function runJobs(seconds = 0): Promise<void> {
  await (await fetch(`${given('CONTROL_URL')}?advance=${seconds}`)).text();
}

/** Moves the server's clock. */
export async function advance(minutes: number): Promise<void> {
  await runJobs(minutes * 60);
}

/** Makes somebody a provider or an operator. */
export async function appoint(address: string, role: string): Promise<void> {
  await (await fetch(`${given('CONTROL_URL')}?role=${role}&to=${encodeURIComponent(address)}`)).text();
}

/** Pauses between attempts during which the server's clock goes on and nobody waits. */
export async function elapse(milliseconds: number): Promise<void> {
  await runJobs(Math.ceil(milliseconds / 1_000));
}

/** What a call is refused with. */
export function is(status: number, code: string, more: Partial<ColonnadeError> = {}): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof ColonnadeError, String(error));
    assert.deepEqual([error.status, error.code], [status, code], error.message);
    assert.ok(status === 0 || error.requestId, 'the request has a name');
    for (const [name, value] of Object.entries(more))
      assert.deepEqual(error[name as keyof ColonnadeError], value, name);
    return true;
  };
}

export function found(pattern: RegExp, text: string): string {
  return pattern.exec(text)?.[1] ?? assert.fail(`${pattern} is not in: ${text}`);
}

/** Notes which operations of a product's reference were called and succeeded. */
export class Recorder {
  readonly called: { method: string; path: string; ok: boolean }[] = [];

  readonly fetch: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    this.called.push({ method: init?.method ?? 'GET', path: new URL(String(url)).pathname, ok: response.ok });
    return response;
  };

  /** As `fetch`, but the answers of so many requests get lost on their way. */
  losing(lost: number): typeof fetch {
    return async (url, init) => {
      const response = await this.fetch(url, init);
      if (lost-- <= 0)
        return response;
      await response.arrayBuffer();
      throw new TypeError('fetch failed');
    };
  }

  count(method: string, path: string): number {
    return this.called.filter(call => call.method === method && call.path === path).length;
  }

  /**
   * The last test of a file: every operation of the snapshot has a method here that works.
   *
   * @param except What clients have no use for: other names of the same, and what others tell the product.
   */
  expectAll(snapshot: string, except: string[] = []): void {
    test('every operation of the reference was called and succeeded', async () => {
      const file = new URL(`../../../contracts/${snapshot}`, import.meta.url);
      const { paths } = JSON.parse(await readFile(file, 'utf8')) as { paths: Record<string, object> };
      const known = new Map(Object.entries(paths).filter(([path]) => path.startsWith('/api/')).map(([path, methods]) => [bare(path), methods]));
      const operations = [...known].flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`));
      assert.ok(operations.length > 20);
      const missing = operations.filter(operation => !except.includes(operation)).filter(operation => {
        const [method, path] = operation.split(' ') as [string, string];
        const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
        // A literal path is not the one with an id that would fit it too.
        const isOther = (candidate: string) => path.includes('{') && known.has(candidate);
        return !this.called.some(call => call.ok && call.method === method && pattern.test(bare(call.path)) && !isOther(bare(call.path)));
      });
      assert.deepEqual(missing, []);
    });
  }
}

/** Without a slash at its end. */
function bare(path: string): string {
  return path.replace(/\/$/, '');
}
