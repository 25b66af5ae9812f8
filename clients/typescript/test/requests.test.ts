import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, Fragrances, OrderDesk, type ApiError } from '@colonnade/client';
import { FakeServer, json, refuse } from './server.js';

async function failureOf(call: Promise<unknown>): Promise<ColonnadeError> {
  const error: unknown = await call.then(() => assert.fail('it did not fail'), (failure: unknown) => failure);
  assert.ok(error instanceof ColonnadeError);
  return error;
}

test('a refusal of Fragrances is an ApiError with everything that was said', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 422, 'VALIDATION_ERROR', { 'x-request-id': '0HN:1' }, { field: 'rating', details: { most: 5 } }));
  const error: ApiError & ColonnadeError = await failureOf(new Fragrances({ baseURL: server.url }).collection.addToCollection({ fragranceId: 1, rating: 9 }));
  assert.equal(error.name, 'ColonnadeError');
  assert.equal(error.message, 'VALIDATION_ERROR it is');
  assert.equal(error.status, 422);
  assert.equal(error.code, 'VALIDATION_ERROR');
  assert.equal(error.field, 'rating');
  assert.deepEqual(error.details, { most: 5 });
  assert.equal(error.requestId, '0HN:1');
  assert.equal(error.retryAfter, undefined);
});

test('a lock says how long it lasts and is not waited for', async () => {
  const server = await FakeServer.start((_, response) => refuse(response, 423, 'ACCOUNT_LOCKED', { 'retry-after': '300' }));
  const error = await failureOf(new Fragrances({ baseURL: server.url }).auth.login({ email: 'jo@example.com', password: 'x' }));
  assert.deepEqual([error.status, error.code, error.retryAfter], [423, 'ACCOUNT_LOCKED', 300]);
});

test('a refusal of OrderDesk reads the same', async () => {
  const server = await FakeServer.start((seen, response) => seen.method === 'POST'
    ? json(response, 400, { success: false, error: 'Title is required', errorCode: 'VALIDATION_FAILED', timestamp: '', errors: [{ field: 'title', message: 'Title is required' }] })
    : json(response, 412, { success: false, error: 'Order has changed', errorCode: 'PRECONDITION_FAILED', message: 'Read it again.', timestamp: '' }));
  const { orders } = new OrderDesk({ baseURL: server.url, authToken: 't' });
  const invalid = await failureOf(orders.create({ title: '', price: '1', link: 'https://example.com', status: 'draft' }));
  assert.deepEqual([invalid.message, invalid.status, invalid.code, invalid.field], ['Title is required', 400, 'VALIDATION_FAILED', 'title']);
  assert.deepEqual(invalid.details, [{ field: 'title', message: 'Title is required' }]);
  const changed = await failureOf(orders.update('1', { title: 'x' }, { ifMatch: '"1"' }));
  assert.deepEqual([changed.message, changed.status, changed.code, changed.details], ['Order has changed', 412, 'PRECONDITION_FAILED', 'Read it again.']);
});

test('what somebody else answers is told by its status', async () => {
  const server = await FakeServer.start((_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'));
  const error = await failureOf(new Fragrances({ baseURL: server.url }).fragrances.getBrands());
  assert.deepEqual([error.status, error.code, error.message], [502, 'HTTP_502', 'Bad Gateway']);
});

test('a refusal whose JSON is none of the product is told by its status', async () => {
  for (const body of [null, [], 'no', { error: 'no' }]) {
    const server = await FakeServer.start((_, response) => json(response, 500, body));
    assert.equal((await failureOf(new Fragrances({ baseURL: server.url }).fragrances.getBrands())).code, 'HTTP_500');
    assert.equal((await failureOf(new OrderDesk({ baseURL: server.url }).orders.list())).code, 'HTTP_500');
  }
});

test('an answer that only says it is JSON is a failure', async () => {
  const server = await FakeServer.start((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"brands":'));
  assert.deepEqual([(await failureOf(new Fragrances({ baseURL: server.url }).fragrances.getBrands())).code], ['INVALID_ANSWER']);
});

test('headers of an answer are there in lower case', async () => {
  const server = await FakeServer.start((_, response) => json(response, 200, {}, { 'X-RateLimit-Remaining': '199', ETag: '"7"' }));
  const { headers } = await new Fragrances({ baseURL: server.url }).fragrances.getBrands();
  assert.equal(headers['x-ratelimit-remaining'], '199');
  assert.equal(headers['etag'], '"7"');
});

test('parameters are written the way the product reads them', async () => {
  const server = await FakeServer.start((_, response) => json(response, 200, {}));
  const { fragrances } = new Fragrances({ baseURL: server.url });
  await fragrances.search({ search: 'œillet & co', brand: [1, 2], gender: ['Unisex', 'Feminine'], facets: ['brand', 'notes'], highlight: false, offset: 0 });
  const url = new URL(server.seen[0]!.url, server.url);
  assert.equal(url.pathname, '/api/fragrances');
  assert.deepEqual([...url.searchParams], [
    ['search', 'œillet & co'], ['brand', '1'], ['brand', '2'], ['gender', 'Unisex'], ['gender', 'Feminine'], ['highlight', 'false'], ['offset', '0'], ['facets', 'brand,notes'],
  ]);
});

test('an id stays one segment of its path, or is refused', async () => {
  const server = await FakeServer.start((_, response) => json(response, 200, {}));
  const { orders } = new OrderDesk({ baseURL: server.url, authToken: 't' });
  await orders.get('../user/1?x#y');
  assert.equal(server.seen[0]!.url, '/api/order/..%2Fuser%2F1%3Fx%23y');
  for (const id of ['', '.', '..'])
    assert.throws(() => orders.get(id), TypeError);
  assert.equal(server.seen.length, 1);
});

test('a base URL may end in a slash or in the /api that OrderDesk prints, and have a path before it', async () => {
  const server = await FakeServer.start((_, response) => json(response, 200, { success: true, data: {} }));
  for (const end of ['', '/', '/api', '/api/'])
    await new OrderDesk({ baseURL: server.url + end }).orders.list();
  await new OrderDesk({ baseURL: server.url + '/desk/' }).orders.list();
  assert.deepEqual(server.seen.map(seen => seen.url), ['/api/orders', '/api/orders', '/api/orders', '/api/orders', '/desk/api/orders']);
});

test('a configuration that cannot work is refused where it is made', () => {
  for (const wrong of [{ baseURL: 'not a url' }, { baseURL: 'ftp://example.com' }, { baseURL: 'http://x', timeout: 0 }, { baseURL: 'http://x', retries: -1 }, { baseURL: 'http://x', retries: 1.5 }])
    assert.throws(() => new Fragrances(wrong), TypeError);
  assert.throws(() => new Fragrances({ baseURL: 'http://x', authToken: 'a', tokens: { get: () => undefined, set: () => {} } }), TypeError);
});

test('the configuration that the document prints is one', async () => {
  const server = await FakeServer.start((_, response) => json(response, 200, {}));
  await new Fragrances({ baseURL: server.url, timeout: 5_000, retries: 1, authToken: 'abc' }).fragrances.getById(3);
  assert.equal(server.seen[0]!.headers.authorization, 'Bearer abc');
});
