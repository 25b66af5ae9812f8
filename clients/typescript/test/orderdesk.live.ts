import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, MemoryTokenStore, OrderDesk } from '@colonnade/client';
import { advance, found, given, mailTo, Recorder, runJobs } from './live.js';
import { FakeServer } from './server.js';

const recorder = new Recorder();
const baseURL = given('ORDERDESK_URL');
const service = new OrderDesk({ baseURL, authToken: 'your_secret_bearer_token_here', fetch: recorder.fetch, timeout: 60_000 });
const tokens = new MemoryTokenStore();
const user = new OrderDesk({ baseURL, tokens, fetch: recorder.fetch, timeout: 60_000 });
const email = 'user@example.com';
const password = 'password123';
const order = { title: 'Premium Subscription', price: '99.90', link: 'https://example.com/product/123', status: 'active' as const };
let userId = '';

const is = (status: number, code: string) => (error: unknown) => {
  assert.ok(error instanceof ColonnadeError, String(error));
  assert.deepEqual([error.status, error.code], [status, code]);
  return true;
};

test('register and log in, which gives no token', async () => {
  const registered = await user.auth.register({ email, password });
  assert.equal(registered.status, 201);
  assert.equal(registered.data.email, email);
  userId = registered.data.userId;
  await assert.rejects(user.auth.register({ email, password }), is(409, 'USER_ALREADY_EXISTS'));
  await assert.rejects(user.auth.register({ email: 'no', password }), is(400, 'VALIDATION_FAILED'));
  assert.deepEqual((await user.auth.login({ email, password })).data, registered.data);
  assert.equal(tokens.get(), undefined);
  await assert.rejects(user.auth.login({ email, password: 'wrong' }), is(401, 'INVALID_CREDENTIALS'));
  await assert.rejects(user.users.get(userId), is(401, 'MISSING_AUTHORIZATION'));
});

test('prove the address by code, and another by the link of the same mail', async () => {
  assert.ok((await user.auth.resendVerificationCode(email)).data.expiresAt);
  await assert.rejects(user.auth.verifyEmail({ email, code: 'wrong-code' }), is(400, 'INVALID_VERIFICATION_CODE'));
  assert.equal((await user.auth.verifyEmail({ email, code: found(/\b(\d{6})\b/, await mailTo(email)) })).data.message, 'Email verified successfully');
  await user.auth.register({ email: 'other@example.com', password });
  assert.ok((await user.auth.resendConfirmationEmail('other@example.com')).data.expiresAt);
  const uuid = found(/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/, await mailTo('other@example.com'));
  assert.equal((await user.auth.registerConfirmation(uuid)).data.message, 'Account confirmed successfully');
});

test('reset the password with a mailed code', async () => {
  const first = await user.auth.forgotPassword(email);
  assert.deepEqual((await user.auth.sendResetCode(email)).data, first.data);
  const code = found(/\b(\d{6})\b/, await mailTo(email));
  assert.equal((await user.auth.resetPassword({ email, code, newPassword: 'newpassword123' })).data.message, 'Password reset successfully');
  await assert.rejects(user.auth.resetPassword({ email, code, newPassword: 'newpassword123' }), is(404, 'RESET_CODE_NOT_FOUND'));
  await assert.rejects(user.auth.forgotPassword('nobody@example.com'), is(404, 'USER_NOT_FOUND'));
});

test('orders: create once, read by version, change unless somebody else has, delete, restore, history', async () => {
  const created = await service.orders.create(order, { idempotencyKey: 'order-1' });
  assert.equal(created.status, 201);
  assert.equal(created.data.price, '99.90');
  const { orderId } = created.data;
  assert.equal((await service.orders.create(order, { idempotencyKey: 'order-1' })).data.orderId, orderId);

  const read = await service.orders.get(orderId);
  assert.deepEqual(read.data, created.data);
  assert.equal(read.etag, created.etag);
  const unchanged = await service.orders.get(orderId, { ifNoneMatch: read.etag });
  assert.deepEqual([unchanged.status, unchanged.data], [304, null]);

  const changed = await service.orders.update(orderId, { price: '149.99', status: 'draft' }, { ifMatch: read.etag });
  assert.deepEqual([changed.data.price, changed.data.status, changed.data.title], ['149.99', 'draft', order.title]);
  assert.notEqual(changed.etag, read.etag);
  await assert.rejects(service.orders.update(orderId, { price: '1' }, { ifMatch: read.etag }), is(412, 'PRECONDITION_FAILED'));
  await assert.rejects(service.orders.delete(orderId, { ifMatch: read.etag }), is(412, 'PRECONDITION_FAILED'));
  await assert.rejects(service.orders.update(orderId, {}), is(400, 'MISSING_REQUIRED_FIELD'));

  assert.equal((await service.orders.delete(orderId, { ifMatch: changed.etag })).data.message, 'Order deleted successfully');
  await assert.rejects(service.orders.get(orderId), is(404, 'ORDER_NOT_FOUND'));
  assert.equal((await service.orders.restore(orderId)).data.orderId, orderId);
  const { data: { history, pagination } } = await service.orders.history(orderId, { limit: 3 });
  assert.deepEqual(history.map(change => change.event), ['restored', 'deleted', 'updated']);
  assert.deepEqual(history[2]!.changes, { price: { from: '99.90', to: '149.99' }, status: { from: 'active', to: 'draft' } });
  assert.equal(pagination.totalItems, 4);
});

test('orders: list, filter, go through all of them, export', async () => {
  for (const price of ['10', '20', '30'])
    await service.orders.create({ ...order, title: `Listed, for ${price}`, price });
  const { data } = await service.orders.list({ q: 'listed', minPrice: '15', sortBy: 'price', sortOrder: 'asc', limit: 1 });
  assert.deepEqual(data.orders.map(one => one.price), ['20']);
  assert.deepEqual(data.pagination, { currentPage: 1, totalPages: 2, totalItems: 2, itemsPerPage: 1 });
  const prices: string[] = [];
  for await (const one of service.orders.all({ filterBy: 'title', filterValue: 'listed', sortBy: 'price', sortOrder: 'desc', limit: 2 }))
    prices.push(one.price);
  assert.deepEqual(prices, ['30', '20', '10']);
  for await (const one of service.orders.all({ q: 'there is none' }))
    assert.fail(one.title);
  const csv = await service.orders.export({ status: 'active', q: 'listed', maxPrice: '20' });
  assert.match(csv.headers['content-type']!, /^text\/csv/);
  assert.equal(csv.data.trim().split('\n').length, 3);
});

test('a user has tokens of its own, which refresh once for fifty calls', async () => {
  const { data } = await user.auth.requestToken({ email, password: 'newpassword123' });
  assert.deepEqual(tokens.get(), { accessToken: data.accessToken, refreshToken: data.refreshToken });
  const own = await user.orders.create(order);
  assert.deepEqual((await user.orders.list()).data.orders.map(one => one.orderId), [own.data.orderId]);

  await advance(Math.ceil(data.expiresIn / 60) + 1);
  const before = recorder.count('POST', '/api/auth/refresh');
  const answers = await Promise.all(Array.from({ length: 50 }, () => user.orders.get(own.data.orderId)));
  assert.ok(answers.every(answer => answer.data.orderId === own.data.orderId));
  assert.equal(recorder.count('POST', '/api/auth/refresh'), before + 1);
  assert.equal((await user.auth.refreshToken()).data.accessToken, tokens.get()?.accessToken);
});

test('sessions are seen and ended', async () => {
  for (let i = 0; i < 2; i++)
    await new OrderDesk({ baseURL, fetch: recorder.fetch, timeout: 60_000 }).auth.requestToken({ email, password: 'newpassword123' });
  const { data: { sessions } } = await user.sessions.list();
  assert.equal(sessions.length, 3);
  const other = sessions.find(session => !session.current)!;
  assert.equal((await user.sessions.revoke(other.sessionId)).data.success, true);
  await assert.rejects(user.sessions.revoke(other.sessionId), is(404, 'SESSION_NOT_FOUND'));
  assert.equal((await user.sessions.revokeOthers()).data.revoked, 1);
  assert.deepEqual((await user.sessions.list()).data.sessions.map(session => session.current), [true]);
});

test('named tokens can do what they are made for, until they are revoked', async () => {
  const { data: made } = await service.tokens.create({ name: 'reporting', scopes: ['orders:read'], expiresAt: '2030-01-01T00:00:00Z' });
  const reporting = new OrderDesk({ baseURL, authToken: made.token, timeout: 60_000 });
  assert.ok((await reporting.orders.list()).data.pagination.totalItems > 0);
  await assert.rejects(reporting.orders.create(order), is(403, 'INSUFFICIENT_PERMISSIONS'));
  assert.ok((await service.tokens.list()).data.tokens.some(token => token.tokenId === made.tokenId && token.token === undefined));
  assert.equal((await service.tokens.get(made.tokenId)).data.name, 'reporting');
  assert.equal((await service.tokens.revoke(made.tokenId)).data.success, true);
  await assert.rejects(reporting.orders.list(), is(401, 'INVALID_TOKEN'));
});

test('webhooks are registered, tried, looked at and removed', async () => {
  const receiver = await FakeServer.start((_, response) => void response.end());
  const { data: made } = await service.webhooks.create({ url: `${receiver.url}/hook`, description: 'Bookkeeping', eventTypes: ['order.created'] });
  assert.match(made.secret, /^whsec_/);
  const { webhookId } = made;
  assert.deepEqual((await service.webhooks.list()).data.webhooks.map(webhook => webhook.webhookId), [webhookId]);
  assert.equal((await service.webhooks.update(webhookId, { description: 'Books', eventTypes: ['order.created', 'order.updated'] })).data.description, 'Books');
  assert.equal((await service.webhooks.get(webhookId)).data.secret, undefined);

  const { data: { messageId } } = await service.webhooks.sendTest(webhookId);
  await runJobs();
  assert.equal(receiver.seen[0]!.headers['webhook-id'], messageId);
  const { data: { deliveries } } = await service.webhooks.deliveries(webhookId, { limit: 10 });
  assert.equal(deliveries[0]!.messageId, messageId);
  assert.deepEqual((await service.webhooks.deliveries(webhookId, { before: messageId })).data.deliveries, []);
  assert.equal((await service.webhooks.attempts(webhookId, messageId)).data.attempts[0]!.status, 200);
  assert.equal((await service.webhooks.resend(webhookId, messageId)).data.success, true);
  await runJobs();
  assert.equal(receiver.seen.length, 2);

  assert.notEqual((await service.webhooks.rotateSecret(webhookId)).data.secret, made.secret);
  assert.equal((await service.webhooks.delete(webhookId)).data.success, true);
  await assert.rejects(service.webhooks.get(webhookId), is(404, 'WEBHOOK_NOT_FOUND'));
});

test('users are read by version, changed and deleted', async () => {
  const read = await service.users.get(userId);
  assert.equal(read.data.email, email);
  assert.equal((await service.users.get(userId, { ifNoneMatch: read.etag })).status, 304);
  const changed = await service.users.update(userId, { email: 'newemail@example.com' }, { ifMatch: read.etag });
  assert.equal(changed.data.email, 'newemail@example.com');
  await assert.rejects(service.users.update(userId, { email: 'x@example.com' }, { ifMatch: read.etag }), is(412, 'PRECONDITION_FAILED'));
  await assert.rejects(service.users.update(userId, { email: 'other@example.com' }), is(409, 'EMAIL_ALREADY_IN_USE'));
});

test('sign out, and delete the user', async () => {
  await user.auth.requestToken({ email: 'newemail@example.com', password: 'newpassword123' });
  assert.equal((await user.auth.logout()).data.message, 'Logged out successfully');
  assert.equal(tokens.get(), undefined);
  assert.equal((await service.users.delete(userId)).data.message, 'User deleted successfully');
  await assert.rejects(service.users.get(userId), is(404, 'USER_NOT_FOUND'));
});

recorder.expectAll('orderdesk.openapi.json', ['GET /api/order']);
