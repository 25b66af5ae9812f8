import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, Fragrances, OrderDesk } from '@colonnade/client';
import { FakeServer, json, noted, refuse } from './server.js';

const failsWith = (expected: Partial<ColonnadeError>) => (error: unknown) => {
  assert.ok(error instanceof ColonnadeError);
  for (const [name, value] of Object.entries(expected))
    assert.deepEqual(error[name as keyof ColonnadeError], value, name);
  return true;
};

test('a read that is refused for a while is repeated after the seconds asked for', async () => {
  const server = await FakeServer.start((_, response, count) =>
    count === 1 ? refuse(response, 503, 'SERVICE_UNAVAILABLE', { 'retry-after': '3' }) : json(response, 200, { brands: [] }));
  const { pauses, delay } = noted();
  const { data, status } = await new Fragrances({ baseURL: server.url, delay }).fragrances.getBrands();
  assert.deepEqual(data, { brands: [] });
  assert.equal(status, 200);
  assert.equal(pauses.length, 1);
  assert.ok(pauses[0]! >= 3_000 && pauses[0]! <= 3_250, `${pauses[0]} ms`);
});

test('a date to retry after counts from the date of the answer, whatever the clock here says', async () => {
  const server = await FakeServer.start((_, response, count) => count === 1
    ? refuse(response, 429, 'RATE_LIMIT_EXCEEDED', { date: 'Thu, 01 Jan 2032 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2032 00:00:20 GMT' })
    : json(response, 200, { brands: [] }));
  const { pauses, delay } = noted();
  await new Fragrances({ baseURL: server.url, delay }).fragrances.getBrands();
  assert.equal(pauses.length, 1);
  assert.ok(pauses[0]! >= 20_000 && pauses[0]! <= 20_250, `${pauses[0]} ms`);
});

test('without a time to wait the pauses have a bound that doubles, and the last refusal is given', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 429, 'RATE_LIMIT_EXCEEDED'));
  const { pauses, delay } = noted();
  await assert.rejects(new Fragrances({ baseURL: server.url, retries: 7, delay }).fragrances.getBrands(),
    failsWith({ status: 429, code: 'RATE_LIMIT_EXCEEDED', retryAfter: undefined }));
  assert.equal(server.seen.length, 8);
  assert.equal(pauses.length, 7);
  pauses.forEach((pause, i) => assert.ok(pause >= 0 && pause <= Math.min(8_000, 250 * 2 ** i), `pause ${i}: ${pause} ms`));
  assert.ok(new Set(pauses).size > 1, 'the pauses are drawn');
});

test('a wait longer than one cares for fails at once and says how long it would be', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 429, 'RATE_LIMIT_EXCEEDED', { 'retry-after': '31' }));
  const { pauses, delay } = noted();
  await assert.rejects(new Fragrances({ baseURL: server.url, delay }).fragrances.getBrands(), failsWith({ status: 429, retryAfter: 31 }));
  assert.equal(server.seen.length, 1);
  assert.deepEqual(pauses, []);
});

test('what is not safe to repeat is sent once: a sign-in and a partial change', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 503, 'SERVICE_UNAVAILABLE', { 'retry-after': '0' }));
  const { delay } = noted();
  await assert.rejects(new Fragrances({ baseURL: server.url, delay }).auth.login({ email: 'jo@example.com', password: 'x' }), failsWith({ status: 503 }));
  await assert.rejects(new OrderDesk({ baseURL: server.url, delay }).orders.update('1', { title: 'x' }), failsWith({ status: 503 }));
  await assert.rejects(new OrderDesk({ baseURL: server.url, delay }).tokens.create({ name: 'x' }), failsWith({ status: 503 }));
  assert.deepEqual(server.seen.map(seen => seen.method), ['POST', 'PATCH', 'POST']);
  assert.ok(server.seen.every(seen => seen.headers['idempotency-key'] === undefined));
});

test('full changes and removals are repeated', async () => {
  const server = await FakeServer.start((_, response, count) => count % 2 === 1
    ? refuse(response, 503, 'SERVICE_UNAVAILABLE') : json(response, 200, { success: true, message: 'done' }));
  const { delay } = noted();
  const { collection } = new Fragrances({ baseURL: server.url, delay });
  await collection.updateCollectionItem(7, { rating: 4 });
  await collection.removeFromCollection(7);
  assert.deepEqual(server.seen.map(seen => seen.method), ['PUT', 'PUT', 'DELETE', 'DELETE']);
  assert.equal(server.seen[1]!.body, '{"rating":4}');
});

test('an addition whose answer is lost is repeated with the same key, and another addition has another', async () => {
  const server = await FakeServer.start((_, response, count) =>
    count === 1 ? void response.destroy() : count === 2 ? refuse(response, 409, 'REQUEST_IN_PROGRESS', { 'retry-after': '1' }) : json(response, 201, {}));
  const { pauses, delay } = noted();
  const { collection } = new Fragrances({ baseURL: server.url, delay });
  assert.equal((await collection.addToCollection({ fragranceId: 1 })).status, 201);
  await collection.addToCollection({ fragranceId: 2 });
  await collection.addToCollection({ fragranceId: 3 }, { idempotencyKey: 'mine' });
  const keys = server.seen.map(seen => seen.headers['idempotency-key']);
  assert.equal(keys.length, 5);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
  assert.equal(new Set(keys.slice(0, 3)).size, 1, 'three attempts of one addition');
  assert.notEqual(keys[3], keys[0]);
  assert.equal(keys[4], 'mine');
  assert.ok(pauses[1]! >= 1_000, 'as long as the first one runs');
});

test('a conflict that will not pass is given at once', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 409, 'CONFLICT'));
  await assert.rejects(new Fragrances({ baseURL: server.url }).collection.addToCollection({ fragranceId: 1 }), failsWith({ status: 409, code: 'CONFLICT' }));
  assert.equal(server.seen.length, 1);
});

test('a connection that breaks is tried again, and in the end called what it is', async () => {
  const server = await FakeServer.start((_, response) => void response.destroy());
  const { pauses, delay } = noted();
  await assert.rejects(new Fragrances({ baseURL: server.url, retries: 3, delay }).fragrances.getById(1), failsWith({ status: 0, code: 'NETWORK_ERROR', name: 'ColonnadeError' }));
  assert.equal(server.seen.length, 4);
  assert.equal(pauses.length, 3);
});

test('an answer that breaks off is tried again', async () => {
  const server = await FakeServer.start((_, response, count) => {
    if (count > 1)
      return json(response, 200, { brands: [] });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"brands":', () => response.destroy());
  });
  const { delay } = noted();
  assert.deepEqual((await new Fragrances({ baseURL: server.url, delay }).fragrances.getBrands()).data, { brands: [] });
});

test('one call can have its own number of attempts', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 503, 'SERVICE_UNAVAILABLE'));
  const { delay } = noted();
  await assert.rejects(new Fragrances({ baseURL: server.url, delay }).fragrances.getById(1, { retries: 0 }), failsWith({ status: 503 }));
  assert.equal(server.seen.length, 1);
});

test('no answer in time is a time-out and is not asked for again', async () => {
  const server = await FakeServer.start(() => {});
  await assert.rejects(new Fragrances({ baseURL: server.url, timeout: 50 }).fragrances.getBrands(),
    failsWith({ status: 0, code: 'TIMEOUT', name: 'TimeoutError', message: 'No answer within 50 ms' }));
  assert.equal(server.seen.length, 1);
});

test('the time counts to the last byte of the answer', async () => {
  const server = await FakeServer.start((_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"brands":'));
  await assert.rejects(new Fragrances({ baseURL: server.url }).fragrances.getBrands({}, { timeout: 100 }), failsWith({ code: 'TIMEOUT' }));
});

test('a signal ends a call before it begins, while it runs and while it waits', async () => {
  const reason = new Error('gone elsewhere');
  const server = await FakeServer.start((seen, response) => seen.url.startsWith('/api/brands') ? refuse(response, 503, 'SERVICE_UNAVAILABLE', { 'retry-after': '20' }) : undefined);
  const { fragrances } = new Fragrances({ baseURL: server.url });

  await assert.rejects(fragrances.getById(1, { signal: AbortSignal.abort(reason) }), failsWith({ status: 0, code: 'ABORTED', name: 'AbortError', cause: reason }));
  assert.equal(server.seen.length, 0);

  const running = new AbortController();
  const call = fragrances.getById(1, { signal: running.signal });
  await until(() => server.seen.length === 1);
  running.abort(reason);
  await assert.rejects(call, failsWith({ code: 'ABORTED', cause: reason }));

  const waiting = new AbortController();
  let answered = false;
  const patient = new Fragrances({ baseURL: server.url, fetch: (...request) => fetch(...request).finally(() => answered = true) });
  const repeated = patient.fragrances.getBrands({}, { signal: waiting.signal });
  await until(() => answered);
  setTimeout(() => waiting.abort(reason), 20);
  await assert.rejects(repeated, failsWith({ code: 'ABORTED', cause: reason }));
  assert.equal(server.seen.length, 2);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition())
    await new Promise(resolve => setImmediate(resolve));
}
