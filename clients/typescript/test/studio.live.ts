import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, MemoryTokenStore, Studio } from '@colonnade/client';
import { advance, appoint, elapse, found, given, is, mailTo, Recorder, runJobs } from './live.js';
import { FakeServer } from './server.js';

const recorder = new Recorder();
const options = { baseURL: given('STUDIO_URL'), fetch: recorder.fetch, timeout: 60_000 };
const tokens = new MemoryTokenStore();
const ada = new Studio({ ...options, tokens });
const provider = new Studio(options);
const operator = new Studio(options);
const email = 'ada@example.com';
let password = 'a long password';
let service = { serviceId: '', packageId: '' };

test('register, which signs in, and log in', async () => {
  const { data, status } = await ada.auth.register({ email, password, name: 'Ada Lovelace' });
  assert.equal(status, 201);
  assert.deepEqual([data.user.name, data.user.role, data.session.tokenType, data.session.expiresIn], ['Ada Lovelace', 'customer', 'Bearer', 86_400]);
  assert.deepEqual(tokens.get(), { accessToken: data.session.token, refreshToken: data.session.refreshToken });
  await assert.rejects(ada.auth.register({ email, password, name: 'Ada' }), is(409, 'EMAIL_ALREADY_EXISTS'));
  await assert.rejects(ada.auth.register({ email: 'no', password, name: 'Ada' }), is(400, 'BAD_REQUEST', { field: 'email' }));
  await assert.rejects(ada.auth.login({ email, password: 'wrong' }), is(401, 'UNAUTHORIZED', { message: 'Invalid email or password' }));
  await assert.rejects(new Studio(options).services.list(), is(401, 'UNAUTHORIZED'));
  await ada.auth.login({ email, password });

  for (const [client, address, role] of [[provider, 'mara@example.com', 'provider'], [operator, 'olga@example.com', 'admin']] as const) {
    await client.auth.register({ email: address, password, name: role });
    await appoint(address, role);
    await client.auth.login({ email: address, password });
  }
});

test('read and change the profile', async () => {
  const { data } = await ada.profile.update({ bio: 'Looks for lighthouses', avatar: 'https://example.com/ada.png' });
  assert.deepEqual((await ada.profile.get()).data, data.user);
  assert.deepEqual([data.user.name, data.user.bio], ['Ada Lovelace', 'Looks for lighthouses']);
  await assert.rejects(ada.profile.update({ email: 'mara@example.com' }), is(409, 'EMAIL_ALREADY_EXISTS'));
  await assert.rejects(ada.profile.update({ avatar: 'javascript:alert(1)' }), is(400, 'BAD_REQUEST', { field: 'avatar' }));
});

test('when the access token has expired, fifty calls refresh once, and each goes on', async () => {
  const before = tokens.get();
  await advance(24 * 60 + 1);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ada.profile.get()));
  assert.ok(answers.every(answer => answer.data.email === email));
  assert.equal(recorder.count('POST', '/api/auth/refresh'), 1);
  assert.notEqual(tokens.get()?.refreshToken, before?.refreshToken);
  assert.equal((await ada.auth.refreshToken()).data.session.accessToken, tokens.get()?.accessToken);
});

test('services: search, offer, change, retire', async () => {
  const { data: { services, pagination } } = await ada.services.list({ q: 'logo', sort: 'price', page: 1, limit: 2 });
  assert.ok(services.length > 0 && services.length <= 2 && pagination!.limit === 2);
  assert.deepEqual((await ada.services.get(services[0]!.id)).data.packages, services[0]!.packages);
  await assert.rejects(ada.services.get('none'), is(404, 'NOT_FOUND'));

  const small = { name: 'Small', price: 5_000, deliveryDays: 3, revisions: 1, features: ['PNG'] };
  await assert.rejects(ada.services.offer({ title: 'A lighthouse', category: 'illustration', packages: [small] }), is(403, 'FORBIDDEN'));
  await assert.rejects(provider.services.offer({ title: 'A lighthouse', category: 'illustration', packages: [] }), is(400, 'BAD_REQUEST', { field: 'packages' }));
  const { data: offered } = await provider.services.offer({ title: 'A lighthouse', description: 'Drawn', category: 'illustration', packages: [{ ...small, price: 4_000 }] });
  assert.equal((await provider.services.update(offered.service.id, { title: 'A tall lighthouse' })).data.service.title, 'A tall lighthouse');
  const { data: { packages } } = await provider.services.replacePackages(offered.service.id, [small]);
  assert.deepEqual([packages[0]!.price, packages[0]!.currency], [5_000, 'usd']);
  service = { serviceId: offered.service.id, packageId: packages[0]!.id };
  const other = (await provider.services.offer({ title: 'Another', category: 'illustration', packages: [small] })).data.service.id;
  const retired = await provider.services.retire(other);
  assert.deepEqual([retired.status, retired.data], [204, null]);
  await assert.rejects(ada.services.get(other), is(404, 'NOT_FOUND'));
});

test('an order whose answer gets lost is sent again and is one', async () => {
  const sent = recorder.count('POST', '/api/orders');
  const unlucky = new Studio({ ...options, tokens, fetch: recorder.losing(2), delay: async () => {} });
  const placed = await unlucky.orders.create({ ...service, details: { size: 'A4' } });
  assert.equal(recorder.count('POST', '/api/orders'), sent + 3);
  assert.deepEqual([placed.status, placed.headers['idempotent-replayed']], [201, 'true']);
  const { orders } = (await ada.orders.list()).data;
  assert.deepEqual(orders.map(order => order.id), [placed.data.order.id]);
  assert.deepEqual([orders[0]!.amount, orders[0]!.status, orders[0]!.details], [5_000, 'pending_payment', { size: 'A4' }]);
  assert.equal((await ada.orders.cancel(placed.data.order.id, { reason: 'No longer needed' })).data.status, 'canceled');
});

test('order, pay, brief, deliver, change, accept, review', async () => {
  const { order, paymentIntent } = (await ada.orders.create({ ...service, details: { size: 'A4', colours: ['sand', 'sea'] } })).data;
  await assert.rejects(ada.payments.createIntent({ orderId: order.id, amount: 1 }), is(400, 'AMOUNT_MISMATCH', { details: { expected: 5_000, currency: 'usd' } }));
  assert.equal((await ada.payments.createIntent({ orderId: order.id, amount: order.amount })).data.clientSecret, paymentIntent.clientSecret);
  const declined = (await ada.payments.confirm({ paymentIntentId: paymentIntent.id, paymentMethodId: 'pm_card_visa_chargeDeclined' })).data;
  assert.deepEqual([declined.status, declined.order.status], ['requires_payment_method', 'pending_payment']);
  assert.ok(declined.declineMessage);
  const paid = (await ada.payments.confirm({ paymentIntentId: paymentIntent.id })).data;
  assert.deepEqual([paid.status, paid.order.status], ['succeeded', 'in_progress']);
  await assert.rejects(ada.payments.createIntent({ orderId: order.id, amount: order.amount }), is(409, 'INVALID_STATE'));

  const brief = (await ada.content.upload({ file: new File(['A lighthouse in the evening, with gulls.'], 'brief.txt', { type: 'text/plain' }), type: 'requirement', orderId: order.id })).data;
  const { content, url } = (await ada.content.get(brief.id)).data;
  assert.deepEqual([content.name, content.type, content.size], ['brief.txt', 'requirement', 40]);
  assert.ok(new URL(url).searchParams.size > 0, 'the link is signed');
  await assert.rejects(ada.content.upload({ file: new Blob(['<svg onload="x()">']), type: 'attachment', orderId: order.id, fileName: 'x.svg' }), is(415, 'UNSUPPORTED_MEDIA_TYPE'));

  const written = (await ada.messages.write(order.id, { text: 'The brief is uploaded.', contentIds: [brief.id] })).data;
  assert.deepEqual((await provider.messages.list(order.id, { page: 1, limit: 5 })).data.messages, [written]);

  const drawing = new Blob([Buffer.from('%PDF-1.4\n%âãÏÓ\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n', 'latin1')]);
  const one = (await provider.content.upload({ file: drawing, type: 'deliverable', orderId: order.id, fileName: 'lighthouse.pdf' }, { idempotencyKey: 'drawing' })).data;
  assert.equal((await provider.content.upload({ file: drawing, type: 'deliverable', orderId: order.id, fileName: 'lighthouse.pdf' }, { idempotencyKey: 'drawing' })).data.id, one.id);
  await assert.rejects(ada.content.get(one.id), is(404, 'NOT_FOUND'), 'not delivered yet');
  assert.equal((await provider.orders.deliver(order.id)).data.status, 'delivered');
  assert.equal((await ada.content.get(one.id)).data.content.delivery, 1);
  assert.equal((await ada.orders.requestChanges(order.id, 'Taller, please')).data.progress.revisionsUsed, 1);
  assert.equal((await provider.orders.deliver(order.id, { message: 'Taller' })).data.progress.currentStep, 'acceptance');
  await assert.rejects(ada.orders.requestChanges(order.id, 'Taller still'), is(409, 'NO_REVISIONS_LEFT'));
  await assert.rejects(ada.orders.review(order.id, { rating: 5 }),
    is(409, 'INVALID_STATE', { details: { from: 'delivered', to: 'reviewed', allowed: ['changes_requested', 'completed', 'disputed'] } }));
  assert.equal((await ada.orders.accept(order.id)).data.status, 'completed');
  assert.equal((await ada.orders.review(order.id, { rating: 5, text: 'It shines' })).data.progress.percent, 100);
  assert.deepEqual((await provider.orders.get(order.id)).data.status, 'reviewed');
  assert.deepEqual((await ada.orders.events(order.id)).data.events.at(-1)?.to, 'reviewed');
  assert.equal((await ada.services.get(service.serviceId)).data.service.rating, 5);
});

test('requirements may come after the payment, and a cancelled order is paid back', async () => {
  const { order, paymentIntent } = (await ada.orders.create(service)).data;
  assert.equal((await ada.payments.confirm({ paymentIntentId: paymentIntent.id })).data.order.status, 'pending_requirements');
  assert.deepEqual((await ada.orders.giveRequirements(order.id, { size: 'A3' })).data.order.details, { size: 'A3' });
  assert.equal((await ada.orders.cancel(order.id)).data.order.refunded, 5_000);
  await runJobs();
  assert.deepEqual((await ada.refunds.list(order.id)).data.refunds.map(refund => [refund.amount, refund.status]), [[5_000, 'sent']]);
});

test('an operator decides disputes and gives money back', async () => {
  const { order, paymentIntent } = (await ada.orders.create({ ...service, details: { size: 'A5' } })).data;
  await ada.payments.confirm({ paymentIntentId: paymentIntent.id });
  assert.equal((await ada.orders.dispute(order.id, 'It is a tower')).data.status, 'disputed');
  await assert.rejects(ada.disputes.list(), is(403, 'FORBIDDEN'));
  assert.deepEqual((await operator.disputes.list()).data.disputes.map(dispute => dispute.reason), ['It is a tower']);
  const decided = (await operator.disputes.resolve(order.id, { outcome: 'completed', refundAmount: 2_000, note: 'Half a lighthouse' })).data;
  assert.deepEqual([decided.status, decided.order.refunded], ['completed', 2_000]);
  assert.equal((await operator.refunds.request(order.id, { amount: 500, reason: 'Late' })).data.refunds.length, 2);
  await assert.rejects(operator.refunds.request(order.id, { amount: 5_000 }), is(409, 'REFUND_EXCEEDS_PAYMENT', { details: { expected: 2_500, currency: 'usd' } }));
});

test('all orders, page by page', async () => {
  const ids: string[] = [];
  for await (const order of ada.orders.all())
    ids.push(order.id);
  assert.equal(new Set(ids).size, 4);
  const working: string[] = [];
  for await (const order of provider.orders.all({ role: 'provider', status: 'completed' }))
    working.push(order.status);
  assert.deepEqual(working, ['completed']);
  for await (const order of provider.orders.all({ role: 'customer' }))
    assert.fail(order.id);
});

test('webhooks are registered, tried, looked at and removed', async () => {
  const receiver = await FakeServer.start((_, response) => void response.end());
  const { data: made } = await operator.webhooks.create({ url: `${receiver.url}/hook`, description: 'Books', eventTypes: ['order.delivered'] });
  assert.match(made.secret, /^whsec_/);
  assert.deepEqual((await operator.webhooks.list()).data.endpoints.map(endpoint => endpoint.id), [made.id]);
  assert.equal((await operator.webhooks.get(made.id)).data.secret, undefined);
  assert.equal((await operator.webhooks.update(made.id, { description: 'Ledger' })).data.description, 'Ledger');
  const { messageId } = (await operator.webhooks.sendTest(made.id)).data;
  await runJobs();
  assert.equal(receiver.seen[0]?.headers['webhook-id'], messageId);
  assert.equal((await operator.webhooks.deliveries(made.id)).data.deliveries[0]?.messageId, messageId);
  await operator.webhooks.resend(made.id, messageId);
  await runJobs();
  assert.equal(receiver.seen.length, 2);
  assert.notEqual((await operator.webhooks.rotateSecret(made.id)).data.secret, made.secret);
  assert.equal((await operator.webhooks.delete(made.id)).status, 204);
  await assert.rejects(operator.webhooks.get(made.id), is(404, 'NOT_FOUND'));
});

test('over the limit a read waits as long as it is told, and a sign-in says how long that is', async () => {
  const limited = new Studio({ ...options, baseURL: given('LIMITED_URL'), tokens, longestWait: 60_000, delay: elapse });
  const before = recorder.called.length;
  for (let i = 0; i < 101; i++)
    await limited.services.get(service.serviceId);
  assert.equal(recorder.called.slice(before).filter(call => !call.ok).length, 1);
  const wrong = { email: 'nobody@example.com', password: 'wrong' };
  const outcomes: string[] = [];
  for (let i = 0; i < 6; i++)
    await limited.auth.login(wrong).catch((error: ColonnadeError) => outcomes.push(`${error.status} ${(error.retryAfter ?? 0) > 0}`));
  assert.deepEqual(outcomes, [...Array.from({ length: 5 }, () => '401 false'), '429 true']);
});

test('an abort ends a call', async () => {
  const leaving = new AbortController();
  const call = ada.orders.list({}, { signal: leaving.signal });
  leaving.abort();
  await assert.rejects(call, is(0, 'ABORTED', { name: 'AbortError' }));
});

test('reset a forgotten password, which ends every session, and log out', async () => {
  assert.equal((await ada.auth.forgotPassword(email)).status, 200);
  const token = found(/token=([\w-]+)/, await mailTo(email));
  password = 'another long password';
  await ada.auth.resetPassword({ token, password });
  await assert.rejects(ada.auth.resetPassword({ token, password }), is(400, 'BAD_REQUEST', { field: 'token' }));
  await assert.rejects(ada.profile.get(), is(401, 'UNAUTHORIZED'));
  assert.equal(tokens.get(), undefined);
  await ada.auth.login({ email, password });
  const { accessToken } = tokens.get()!;
  assert.equal((await ada.auth.logout()).data.message, 'Logged out successfully');
  assert.equal(tokens.get(), undefined);
  await assert.rejects(new Studio({ ...options, authToken: accessToken }).profile.get(), is(401, 'UNAUTHORIZED'));
});

recorder.expectAll('studio.openapi.json', ['POST /api/webhooks/payment', 'POST /api/webhooks/order']);
