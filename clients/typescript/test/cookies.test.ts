import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CookieJar, Narhub } from '@colonnade/client';
import { FakeServer, gate, json } from './server.js';

const here = 'https://shop.example.com/api/auth/signin';
const set = (jar: CookieJar, ...lines: string[]) => jar.take(lines, here);

test('a jar gives back what it was given, each name once', () => {
  const jar = new CookieJar();
  assert.equal(jar.header(here), '');
  set(jar, 'a=1; Path=/; HttpOnly; SameSite=Lax', 'b=x=y%7C; Path=/');
  set(jar, 'a=2; Path=/');
  assert.equal(jar.header(here), 'a=2; b=x=y%7C');
  jar.clear();
  assert.equal(String(jar), '');
});

test('a kept jar is the same jar, and a header of somebody is one too', () => {
  const jar = new CookieJar();
  set(jar, 'a=1; Path=/', 'b="quoted"; Path=/; Secure');
  assert.equal(new CookieJar(String(jar)).header(here), 'a=1; b="quoted"');
  assert.equal(new CookieJar(' a=1;; b=2 ; ').header(here), 'a=1; b=2');
  assert.equal(String(new CookieJar('')), '');
});

test('cookies end when their time is over, and Max-Age is said before Expires', () => {
  let now = Date.parse('2026-03-02T09:30:00Z');
  const jar = new CookieJar('', () => now);
  set(jar, 'a=1; Max-Age=60; Path=/', 'b=1; Expires=Mon, 02 Mar 2026 09:32:00 GMT; Path=/', 'c=1; Max-Age=180; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/', 'd=1; Expires=whenever; Path=/');
  const names = () => jar.header(here).replaceAll(/=1;? ?/g, '');
  assert.equal(names(), 'abcd');
  now += 60_000;
  assert.equal(names(), 'bcd');
  now += 60_000;
  assert.equal(names(), 'cd');
  now += 60_000;
  assert.equal(names(), 'd');
});

test('what an answer takes back is gone', () => {
  for (const end of ['Max-Age=0', 'Max-Age=-1', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT']) {
    const jar = new CookieJar('a=1');
    jar.take([`a=; Path=/; ${end}`], here, 'a=1');
    assert.equal(String(jar), '');
  }
});

test('an answer that is late leaves the cookie of a sign-in since alone', () => {
  const jar = new CookieJar('session=new');
  jar.take(['session=; Path=/; Max-Age=0'], here, 'session=old');
  assert.equal(String(jar), 'session=new', 'the old session has ended');
  jar.take(['session=old; Path=/; Max-Age=60'], here, 'session=old');
  assert.equal(String(jar), 'session=new', 'the old session lives longer');
  jar.take(['session=newer; Path=/'], here, 'session=old');
  assert.equal(String(jar), 'session=newer', 'another sign-in');
  jar.take(['session=; Path=/; Max-Age=0'], here, 'session=newer');
  jar.take(['session=newer; Path=/; Max-Age=60'], here, 'session=newer');
  assert.equal(String(jar), '', 'nothing comes back after the end');
});

test('a cookie goes where it belongs: by path, and what is secure over https or to this machine', () => {
  const jar = new CookieJar();
  set(jar, 'root=1; Path=/', 'api=1; Path=/api', 'near=1', 'far=1; Path=/apiary');
  assert.equal(jar.header('https://shop.example.com/api/auth/session'), 'near=1; api=1; root=1');
  assert.equal(jar.header('https://shop.example.com/api'), 'api=1; root=1');
  assert.equal(jar.header('https://shop.example.com/'), 'root=1');

  for (const [address, isSent] of [['http://localhost:3000/', true], ['http://127.0.0.1:3000/', true], ['http://[::1]:3000/', true], ['http://example.com/', false], ['http://127.evil.example/', false]] as const) {
    const other = new CookieJar();
    other.take(['a=1; Path=/; Secure', 'b=1; Path=/'], address);
    assert.equal(other.header(address), isSent ? 'a=1; b=1' : 'b=1', address);
  }
});

test('what its sender may not set is not kept', () => {
  const jar = new CookieJar();
  set(jar, 'a=1; Domain=example.org; Path=/', 'b=1; Domain=ample.com; Path=/', '=1; Path=/', '; Path=/', '__Secure-c=1; Path=/', '__Host-d=1; Secure; Path=/api', '__Host-e=1; Secure; Domain=shop.example.com; Path=/');
  assert.equal(String(jar), '');
  set(jar, 'a=1; Domain=.example.com; Path=/', '__Secure-c=1; Secure; Path=/', '__Host-d=1; Secure; Path=/');
  assert.equal(String(jar), 'a=1; __Secure-c=1; __Host-d=1');
});

test('a jar serves one address', () => {
  const jar = new CookieJar('a=1');
  jar.header('http://127.0.0.1:3000/api/cart');
  assert.throws(() => jar.header('http://127.0.0.1:3001/api/cart'), TypeError);
  assert.throws(() => jar.take(['a=2'], 'https://127.0.0.1:3000/'), TypeError);
});

test('a client of Narhub sends what it was given, also with what is sent again', async () => {
  let isSlow = true;
  const server = await FakeServer.start((seen, response) => {
    if (seen.url === '/api/auth/signin')
      json(response, 200, { user: {} }, { 'set-cookie': 'next-auth.session-token=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000' });
    else if (isSlow)
      json(response, 503, {}, { 'retry-after': '0' });
    else
      json(response, 200, {});
    isSlow = seen.url === '/api/auth/signin';
  });
  const shop = new Narhub({ baseURL: server.url, delay: async () => {} });
  await shop.auth.signIn({ email: 'jo@example.com', password: 'x' });
  await shop.cart.get();
  assert.deepEqual(server.seen.map(seen => seen.headers.cookie), [undefined, 'next-auth.session-token=abc', 'next-auth.session-token=abc']);
  assert.ok(server.seen.every(seen => seen.headers.authorization === undefined));
});

test('a refusal that comes late does not end the session that was begun meanwhile', async () => {
  const hold = gate();
  let count = 0;
  const server = await FakeServer.start(async (seen, response) => {
    if (seen.url === '/api/auth/signin') {
      json(response, 200, { user: {} }, { 'set-cookie': `session=${++count}; Path=/` });
      return;
    }
    await hold.opened;
    json(response, 401, { message: 'No autenticado', code: 'UNAUTHORIZED' }, { 'set-cookie': 'session=; Path=/; Max-Age=0' });
  });
  const shop = new Narhub({ baseURL: server.url });
  await shop.auth.signIn({ email: 'jo@example.com', password: 'x' });
  const call = shop.cart.get();
  while (server.at('/api/cart').length === 0)
    await new Promise(resolve => setImmediate(resolve));
  await shop.auth.signIn({ email: 'jo@example.com', password: 'x' });
  hold.open();
  await assert.rejects(call, { status: 401, code: 'UNAUTHORIZED' });
  assert.equal(String(shop.cookies), 'session=2');
});

test('browsers are asked to send their cookies along, unless that is said otherwise', async () => {
  const seen: (RequestCredentials | undefined)[] = [];
  const send: typeof fetch = async (_, init) => {
    seen.push(init?.credentials);
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  };
  await new Narhub({ baseURL: 'http://x', fetch: send }).cart.get();
  await new Narhub({ baseURL: 'http://x', fetch: send, credentials: 'same-origin' }).cart.get();
  assert.deepEqual(seen, ['include', 'same-origin']);
});
