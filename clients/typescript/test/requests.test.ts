import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, FigureForge, Fragrances, Narhub, OrderDesk, Studio, type ApiError } from '@colonnade/client';
import { FakeServer, json, noted, refuse } from './server.js';

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

test('refusals of Narhub, Studio and FigureForge read the same too', async () => {
  const answers: [number, object][] = [
    [400, { message: 'Password must be at least 8 characters', code: 'VALIDATION_ERROR', errors: { password: ['Password must be at least 8 characters'] }, data: null, error: 'VALIDATION_ERROR' }],
    [401, { url: 'http://localhost:3000/api/auth/error?error=CredentialsSignin&provider=credentials' }],
    [400, { error: { code: 'BAD_REQUEST', message: 'Choose another password', details: { field: 'password' } } }],
    [400, { error: { code: 'BAD_REQUEST', message: 'Title is required', details: { fields: { title: ['Title is required'], category: ['Category is required'] } } } }],
    [402, { error: { code: 'INSUFFICIENT_QUOTA', message: 'There are not enough credits left', details: { needed: 2, remaining: 1 } } }],
  ];
  const server = await FakeServer.start((_, response, count) => json(response, ...answers[count - 1]!, { 'x-request-id': '0HN:2' }));
  const narhub = new Narhub({ baseURL: server.url });
  const studio = new Studio({ baseURL: server.url });
  const failures = [
    await failureOf(narhub.auth.register({ name: 'Jo', email: 'jo@example.com', password: 'x' })),
    await failureOf(narhub.auth.session()),
    await failureOf(studio.auth.resetPassword({ token: 'x', password: 'x' })),
    await failureOf(studio.services.offer({ title: '', category: '', packages: [] })),
    await failureOf(new FigureForge({ baseURL: server.url }).images.generate({ prompt: 'x' })),
  ];
  assert.deepEqual(failures.map(({ status, code, message, field, requestId }) => [status, code, message, field, requestId]), [
    [400, 'VALIDATION_ERROR', 'Password must be at least 8 characters', 'password', '0HN:2'],
    [401, 'CredentialsSignin', 'Sign-in failed', undefined, '0HN:2'],
    [400, 'BAD_REQUEST', 'Choose another password', 'password', '0HN:2'],
    [400, 'BAD_REQUEST', 'Title is required', undefined, '0HN:2'],
    [402, 'INSUFFICIENT_QUOTA', 'There are not enough credits left', undefined, '0HN:2'],
  ]);
  assert.deepEqual(failures[0]!.details, { password: ['Password must be at least 8 characters'] });
  assert.deepEqual(failures[4]!.details, { needed: 2, remaining: 1 });
});

test('forms, files and texts are sent as what they are, again with every attempt', async () => {
  const server = await FakeServer.start((seen, response, count) => seen.url === '/api/auth/csrf' ? json(response, 200, { csrfToken: 'abc' })
    : count === 1 ? json(response, 503, {}, { 'retry-after': '0' }) : json(response, 200, { url: '' }));
  const { delay } = noted();
  const studio = new Studio({ baseURL: server.url, authToken: 't', delay });
  await studio.content.upload({ file: new File(['one'], 'œil.txt'), type: 'reference', orderId: '1' });
  await studio.content.upload({ file: new Blob(['two']), type: 'reference', orderId: '1', fileName: 'two.bin' });
  const [first, second, third] = server.seen.map(seen => [/^multipart\/form-data; boundary=/.test(seen.headers['content-type']!), /name="file"; filename="(.*)"/.exec(seen.body)?.[1], seen.body.includes('name="orderId"\r\n\r\n1\r\n')]);
  assert.deepEqual([first, second, third], [[true, 'œil.txt', true], [true, 'œil.txt', true], [true, 'two.bin', true]]);
  assert.equal(server.seen[0]!.headers['idempotency-key'], server.seen[1]!.headers['idempotency-key']);

  const narhub = new Narhub({ baseURL: server.url, delay });
  await narhub.authJs.signIn({ email: 'jo@example.com', password: 'ä&b' }, { callbackUrl: '/orders' });
  const { headers, body } = server.seen.at(-1)!;
  assert.match(headers['content-type']!, /^application\/x-www-form-urlencoded/);
  assert.deepEqual([...new URLSearchParams(body)], [['csrfToken', 'abc'], ['json', 'true'], ['email', 'jo@example.com'], ['password', 'ä&b'], ['callbackUrl', '/orders']]);
  await narhub.admin.statements.import('<Document/>', 'camt.053');
  await narhub.admin.statements.import(new Blob(['a;b'], { type: 'text/plain' }), 'csv', { currency: 'CHF' });
  assert.deepEqual(server.seen.slice(-2).map(seen => [seen.url, seen.headers['content-type'], seen.body]), [
    ['/api/admin/statements', 'application/xml; charset=utf-8', '<Document/>'], ['/api/admin/statements?currency=CHF', 'text/csv', 'a;b'],
  ]);
});

test('a file that is asked for is bytes, and its refusal is a refusal', async () => {
  const server = await FakeServer.start((_, response, count) => count === 1
    ? void response.writeHead(200, { 'content-type': 'application/pdf' }).end(Buffer.of(0x25, 0x50, 0xff, 0))
    : json(response, 404, { message: 'Invoice not found', code: 'NOT_FOUND' }));
  const { orders } = new Narhub({ baseURL: server.url });
  const { data } = await orders.invoice('1');
  assert.equal(data.type, 'application/pdf');
  assert.deepEqual([...new Uint8Array(await data.arrayBuffer())], [0x25, 0x50, 0xff, 0]);
  assert.equal((await failureOf(orders.invoice('1'))).code, 'NOT_FOUND');
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
    assert.equal((await failureOf(new Narhub({ baseURL: server.url }).products.list())).code, 'HTTP_500');
    assert.equal((await failureOf(new Studio({ baseURL: server.url }).services.list())).code, 'HTTP_500');
    assert.equal((await failureOf(new FigureForge({ baseURL: server.url }).pricing.get())).code, 'HTTP_500');
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
