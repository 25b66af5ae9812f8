import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, Fragrances, MemoryTokenStore, OrderDesk, type Tokens, type TokenStore } from '@colonnade/client';
import { FakeServer, gate, json, noted, refuse, type Seen } from './server.js';

const bearerOf = (seen: Seen) => seen.headers.authorization?.replace('Bearer ', '');
const is = (status: number, code: string) => (error: unknown) => error instanceof ColonnadeError && error.status === status && error.code === code;

/** A product whose good access token is the one it gave last; a refresh token is good once. */
async function product(hold: Promise<void> = Promise.resolve()) {
  const state = { access: 'access-1', refresh: 'refresh-1', given: 1 };
  const server = await FakeServer.start(async (seen, response) => {
    if (seen.url === '/api/auth/login' || seen.url === '/api/auth/refresh') {
      if (seen.url === '/api/auth/refresh') {
        await hold;
        if (seen.body !== '' && JSON.parse(seen.body).refreshToken !== state.refresh)
          return refuse(response, 401, 'AUTHENTICATION_REQUIRED');
      }
      state.given++;
      state.access = `access-${state.given}`;
      state.refresh = `refresh-${state.given}`;
      return json(response, 200, { success: true, accessToken: state.access, refreshToken: state.refresh });
    }
    if (bearerOf(seen) !== state.access)
      return refuse(response, 401, 'AUTHENTICATION_REQUIRED');
    json(response, 200, { success: true, url: seen.url });
  });
  return { server, state, refreshes: () => server.at('/api/auth/refresh').length };
}

test('fifty calls whose token has expired refresh once, and all succeed', async () => {
  const { server, refreshes } = await product();
  const client = new Fragrances({ baseURL: server.url, tokens: new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'refresh-1' }) });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => client.fragrances.getById(i + 1)));
  assert.ok(answers.every(answer => answer.status === 200));
  assert.equal(refreshes(), 1);
  assert.equal(server.seen.filter(seen => bearerOf(seen) === 'access-2').length, 50);
});

test('a refusal that arrives after the refresh is answered with the new token, not with another refresh', async () => {
  const slow = gate();
  const { server, refreshes } = await product();
  let isFirst = true;
  const client = new Fragrances({
    baseURL: server.url,
    tokens: new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'refresh-1' }),
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (String(url).endsWith('/1') && isFirst) {
        isFirst = false;
        await slow.opened;
      }
      return response;
    },
  });
  const late = client.fragrances.getById(1);
  await client.fragrances.getById(2);
  slow.open();
  await late;
  assert.equal(refreshes(), 1);
});

test('a refresh token that is refused ends the session, once for all who waited', async () => {
  const { server, refreshes } = await product();
  const tokens = new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'spent' });
  const client = new Fragrances({ baseURL: server.url, tokens });
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => client.fragrances.getById(1)));
  assert.ok(outcomes.every(outcome => outcome.status === 'rejected' && is(401, 'AUTHENTICATION_REQUIRED')(outcome.reason)));
  assert.equal(refreshes(), 1);
  assert.equal(tokens.get(), undefined);
  await assert.rejects(client.fragrances.getById(1), is(401, 'AUTHENTICATION_REQUIRED'));
  assert.equal(refreshes(), 1, 'there is nothing left to refresh with');
});

test('a service token that is refused is not refreshed', async () => {
  const { server, refreshes } = await product();
  await assert.rejects(new OrderDesk({ baseURL: server.url, authToken: 'unknown' }).orders.get('1'), is(401, 'HTTP_401'));
  assert.equal(refreshes(), 0);
  assert.deepEqual(server.seen.map(bearerOf), ['unknown']);
});

test('asking for a refresh without a refresh token fails and leaves the token that is there', async () => {
  const { server } = await product();
  const client = new Fragrances({ baseURL: server.url, authToken: 'access-1', fetch: (url, init) =>
    String(url).endsWith('/refresh') ? Promise.resolve(new Response('', { status: 401 })) : fetch(url, init) });
  await assert.rejects(client.auth.refreshToken(), is(401, 'HTTP_401'));
  assert.equal((await client.fragrances.getById(1)).status, 200);
});

test('a new token that is refused too is the end of it', async () => {
  const { server, refreshes, state } = await product();
  const client = new Fragrances({ baseURL: server.url, tokens: new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'refresh-1' }), fetch: async (url, init) => {
    const response = await fetch(url, init);
    state.access = 'somebody else has ended it';
    return response;
  } });
  await assert.rejects(client.fragrances.getById(1), is(401, 'AUTHENTICATION_REQUIRED'));
  assert.equal(refreshes(), 1);
});

test('a wrong password is no reason to refresh', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 401, 'INVALID_CREDENTIALS'));
  const client = new Fragrances({ baseURL: server.url, tokens: new MemoryTokenStore({ accessToken: 'a', refreshToken: 'r' }) });
  await assert.rejects(client.auth.login({ email: 'jo@example.com', password: 'x' }), is(401, 'INVALID_CREDENTIALS'));
  assert.equal(server.seen.length, 1);
  assert.equal(server.seen[0]!.headers.authorization, undefined);
});

test('who gives up waiting for a refresh takes it from nobody', async () => {
  const hold = gate();
  const { server, refreshes } = await product(hold.opened);
  const client = new Fragrances({ baseURL: server.url, tokens: new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'refresh-1' }) });
  const impatience = new AbortController();
  const impatient = client.fragrances.getById(1, { signal: impatience.signal });
  const patient = client.fragrances.getById(2);
  while (refreshes() === 0)
    await new Promise(resolve => setImmediate(resolve));
  impatience.abort();
  await assert.rejects(impatient, { name: 'AbortError', code: 'ABORTED' });
  hold.open();
  assert.equal((await patient).status, 200);
  assert.equal(refreshes(), 1);
});

test('a refresh that is refused for a while is tried again by calls that are safe to repeat', async () => {
  const { server: inner, refreshes } = await product();
  let isBusy = true;
  const { delay, pauses } = noted();
  const tokens = new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'refresh-1' });
  const client = new Fragrances({ baseURL: inner.url, tokens, delay, fetch: async (url, init) => {
    if (!String(url).endsWith('/refresh') || !isBusy)
      return fetch(url, init);
    isBusy = false;
    return new Response('', { status: 503, headers: { 'retry-after': '2' } });
  } });
  assert.equal((await client.fragrances.getById(1)).status, 200);
  assert.equal(pauses.length, 1);
  assert.ok(pauses[0]! >= 2_000);
  assert.equal(refreshes(), 1);
});

test('who signs in while a refresh is under way keeps the new session', async () => {
  const hold = gate();
  const { server, refreshes } = await product(hold.opened);
  const tokens = new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'of another' });
  const client = new Fragrances({ baseURL: server.url, tokens });
  const call = client.fragrances.getById(1);
  while (refreshes() === 0)
    await new Promise(resolve => setImmediate(resolve));
  await client.auth.login({ email: 'jo@example.com', password: 'x' });
  hold.open();
  await assert.rejects(call, is(401, 'AUTHENTICATION_REQUIRED'));
  assert.deepEqual(tokens.get(), { accessToken: 'access-2', refreshToken: 'refresh-2' });
  assert.equal((await client.fragrances.getById(1)).status, 200);
});

test('nor does a refresh that succeeds too late put the old session in its place', async () => {
  const hold = gate();
  let isHeld = false;
  const server = await FakeServer.start(async (seen, response) => {
    if (seen.url === '/api/auth/refresh') {
      isHeld = true;
      await hold.opened;
      return json(response, 200, { success: true, accessToken: 'of the old', refreshToken: 'of the old' });
    }
    return seen.url === '/api/auth/login'
      ? json(response, 200, { success: true, accessToken: 'of the new', refreshToken: 'of the new' })
      : bearerOf(seen) === 'expired' ? refuse(response, 401, 'AUTHENTICATION_REQUIRED') : json(response, 200, {});
  });
  const tokens = new MemoryTokenStore({ accessToken: 'expired', refreshToken: 'refresh-1' });
  const client = new Fragrances({ baseURL: server.url, tokens });
  const call = client.fragrances.getById(1);
  while (!isHeld)
    await new Promise(resolve => setImmediate(resolve));
  await client.auth.login({ email: 'jo@example.com', password: 'x' });
  hold.open();
  assert.equal((await call).status, 200);
  assert.deepEqual(tokens.get(), { accessToken: 'of the new', refreshToken: 'of the new' });
});

test('refreshing on purpose gives the answer, also to several at once, and spends one token', async () => {
  const { server, refreshes } = await product();
  const client = new Fragrances({ baseURL: server.url, tokens: new MemoryTokenStore({ accessToken: 'access-1', refreshToken: 'refresh-1' }) });
  const answers = await Promise.all([client.auth.refreshToken(), client.auth.refreshToken(), client.auth.refreshToken()]);
  assert.deepEqual(answers.map(answer => answer.data.accessToken), ['access-2', 'access-2', 'access-2']);
  assert.equal(refreshes(), 1);
  assert.equal((await client.auth.refreshToken()).data.accessToken, 'access-3');
  assert.equal(refreshes(), 2);
});

test('a shared store lets one client refresh for another', async () => {
  const { server, refreshes } = await product();
  const shared: TokenStore & { tokens: Tokens | undefined } = {
    tokens: { accessToken: 'expired', refreshToken: 'refresh-1' },
    get: async () => shared.tokens,
    set: async tokens => void (shared.tokens = tokens),
  };
  const [one, other] = [new Fragrances({ baseURL: server.url, tokens: shared }), new Fragrances({ baseURL: server.url, tokens: shared })];
  await one.fragrances.getById(1);
  await other.fragrances.getById(1);
  assert.equal(refreshes(), 1);
  assert.equal(shared.tokens?.accessToken, 'access-2');
});

test('a store that gets its access tokens from elsewhere is asked again', async () => {
  const { server, refreshes } = await product();
  const fresh = ['access-1', 'expired'];
  const client = new Fragrances({ baseURL: server.url, tokens: { get: () => ({ accessToken: fresh.pop()! }), set: () => {} } });
  assert.equal((await client.fragrances.getById(1)).status, 200);
  assert.equal(refreshes(), 0);
});

test('with cookies a page that was loaded anew needs no token to refresh, and without them it does', async () => {
  const { server, refreshes } = await product();
  await assert.rejects(new Fragrances({ baseURL: server.url }).profile.get(), is(401, 'AUTHENTICATION_REQUIRED'));
  assert.equal(refreshes(), 0);
  assert.equal((await new Fragrances({ baseURL: server.url, credentials: 'include' }).profile.get()).status, 200);
  assert.equal(refreshes(), 1);
  assert.equal(server.at('/api/auth/refresh')[0]!.body, '');
});

test('signing out forgets the tokens', async () => {
  const { server, state } = await product();
  const tokens = new MemoryTokenStore();
  const client = new Fragrances({ baseURL: server.url, tokens });
  await client.auth.login({ email: 'jo@example.com', password: 'x' });
  assert.equal(tokens.get()?.accessToken, state.access);
  await client.auth.logout();
  assert.equal(tokens.get(), undefined);
  assert.equal(bearerOf(server.at('/api/auth/logout')[0]!), state.access);
});
