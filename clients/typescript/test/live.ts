import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

/** A server that a test of the product's own has started; see tests/Client.Tests. */
export function given(name: string): string {
  return process.env[name] ?? assert.fail(`${name} says where the server is.`);
}

/** Sends mails and events that are due, and gives the latest mail to an address. */
export async function mailTo(address: string): Promise<string> {
  const mails = await (await fetch(`${given('CONTROL_URL')}?to=${encodeURIComponent(address)}`)).json() as { text: string }[];
  return mails[0]?.text ?? assert.fail(`nothing arrived for ${address}`);
}

export async function runJobs(): Promise<void> {
  await (await fetch(given('CONTROL_URL'))).text();
}

/** Moves the server's clock. */
export async function advance(minutes: number): Promise<void> {
  await (await fetch(`${given('CONTROL_URL')}?advance=${minutes}`)).text();
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

  count(method: string, path: string): number {
    return this.called.filter(call => call.method === method && call.path === path).length;
  }

  /** The last test of a file: every operation of the snapshot has a method here that works. */
  expectAll(snapshot: string): void {
    test('every operation of the reference was called and succeeded', async () => {
      const file = new URL(`../../../contracts/${snapshot}`, import.meta.url);
      const { paths } = JSON.parse(await readFile(file, 'utf8')) as { paths: Record<string, object> };
      const operations = Object.entries(paths).filter(([path]) => path.startsWith('/api/'))
        .flatMap(([path, methods]) => Object.keys(methods).map(method => ({ method: method.toUpperCase(), path })));
      assert.ok(operations.length > 20);
      const missing = operations.filter(({ method, path }) => {
        const pattern = new RegExp(`^${path.replace(/\/$/, '').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
        // A literal path is not the one with an id that would fit it too.
        const isOther = (candidate: string) => path.includes('{') && candidate in paths;
        return !this.called.some(call => call.ok && call.method === method && pattern.test(call.path) && !isOther(call.path));
      });
      assert.deepEqual(missing, []);
    });
  }
}
