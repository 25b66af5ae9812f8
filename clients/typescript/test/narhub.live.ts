import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, CookieJar, Narhub } from '@colonnade/client';
import { advance, appoint, elapse, found, given, is, mailTo, Recorder, runJobs } from './live.js';
import { FakeServer } from './server.js';

const recorder = new Recorder();
const baseURL = given('NARHUB_URL');
const options = { baseURL, fetch: recorder.fetch, timeout: 60_000 };
const shop = new Narhub(options);
const operator = new Narhub(options);
const email = 'john@example.com';
const operatorEmail = 'operator@example.com';
let password = 'securepassword123';

const vigil = { product_slug: 'vigil-ai', product_name: 'VIGIL AI', product_icon: '🛡️', price_min: 3_000_000, price_max: 5_000_000, final_price: 4_000_000, quantity: 1 };
const wish = {
  items: [vigil], total_amount: 4_000_000, currency: 'EUR', payment_method: 'SEPA' as const, billing_name: 'John Doe', billing_company: 'Acme Inc',
  billing_address: '123 Main St, Berlin, Germany', billing_country: 'Germany', billing_vat: 'DE123456789', notes: 'Please contact before delivery',
};

const signIn = async (client = shop) => await client.auth.signIn({ email, password });

test('register, sign in by cookie, see who is there', async () => {
  const registered = await shop.auth.register({ name: 'John Doe', email, password, company: 'Acme Inc' });
  assert.equal(registered.status, 201);
  assert.equal(registered.data.message, 'Account created successfully');
  assert.equal(registered.data.user.email, email);
  assert.equal(String(shop.cookies), '', 'registering begins no session');
  await assert.rejects(shop.auth.register({ name: 'John', email, password }), is(400, 'DUPLICATE_EMAIL'));
  await assert.rejects(shop.auth.register({ name: 'John', email: 'new@example.com', password: 'short' }),
    is(400, 'VALIDATION_ERROR', { field: 'password', message: 'Password must be at least 8 characters', details: { password: ['Password must be at least 8 characters'] } }));
  await assert.rejects(shop.auth.signIn({ email, password: 'wrong' }), is(401, 'INVALID_CREDENTIALS', { message: 'Invalid email or password' }));
  assert.deepEqual((await shop.auth.session()).data, { user: null });
  await assert.rejects(shop.user.profile(), is(401, 'UNAUTHORIZED', { message: 'No autenticado' }));

  const { data } = await signIn();
  assert.deepEqual(data, { user: { id: registered.data.user.id, name: 'John Doe', email } });
  assert.match(String(shop.cookies), /^next-auth\.session-token=[\w-]{43}$/);
  const session = (await shop.auth.session()).data;
  assert.equal(session.user?.role, 'user');
  assert.ok(session.expires! > new Date(0).toISOString());
});

test('a kept cookie is the same session, and two clients share nothing', async () => {
  const again = new Narhub({ ...options, cookies: new CookieJar(String(shop.cookies)) });
  assert.equal((await again.user.profile()).data.user.email, email);
  await assert.rejects(new Narhub(options).user.profile(), is(401, 'UNAUTHORIZED'));
});

test('profile and password; other sessions end, the own one stays', async () => {
  assert.equal((await shop.user.profile()).data.user.company, 'Acme Inc');
  const { data } = await shop.user.updateProfile({ name: 'John Smith', company: null });
  assert.deepEqual([data.message, data.user.name, data.user.company], ['Profile updated successfully', 'John Smith', null]);
  await assert.rejects(shop.user.updateProfile({ name: '' }), is(400, 'VALIDATION_ERROR', { field: 'name' }));

  const other = new Narhub(options);
  await signIn(other);
  await assert.rejects(shop.user.changePassword({ currentPassword: 'wrong', newPassword: 'newsecurepassword456' }), is(401, 'INVALID_CREDENTIALS', { message: 'Current password is incorrect' }));
  assert.equal((await shop.user.changePassword({ currentPassword: password, newPassword: 'newsecurepassword456' })).data.message, 'Password updated successfully');
  password = 'newsecurepassword456';
  assert.equal((await shop.user.profile()).status, 200);
  await assert.rejects(other.user.profile(), is(401, 'UNAUTHORIZED'));
  assert.equal(String(other.cookies), '', 'what ended was taken back');
});

test('mails: prove the address, forget the password', async () => {
  await advance(2);
  assert.equal((await shop.auth.resendVerification()).data.message, 'Verification email sent');
  const token = found(/token=([\w-]{43})/, await mailTo(email));
  assert.equal((await shop.auth.verifyEmail(token)).data.message, 'Email verified successfully');
  await assert.rejects(shop.auth.verifyEmail(token), is(400, 'VALIDATION_ERROR', { field: 'token' }));
  await assert.rejects(shop.auth.resendVerification(), is(409, 'CONFLICT'));
  assert.equal((await shop.user.profile()).data.user.email_verified, true);

  assert.equal((await shop.auth.forgotPassword(email)).status, 200);
  password = 'brand-new-password';
  await shop.auth.resetPassword({ token: found(/token=([\w-]{43})/, await mailTo(email)), password });
  await assert.rejects(shop.user.profile(), is(401, 'UNAUTHORIZED'));
  await signIn();
});

test('a session lives on with use, and ends without', async () => {
  const before = String(shop.cookies);
  for (let week = 0; week < 5; week++) {
    await advance(7 * 24 * 60);
    assert.equal((await shop.user.profile()).status, 200, `after ${week + 1} weeks`);
  }
  assert.equal(String(shop.cookies), before);
  await advance(31 * 24 * 60);
  await assert.rejects(shop.user.profile(), is(401, 'UNAUTHORIZED'));
  assert.deepEqual((await shop.auth.session()).data, { user: null });
  assert.equal(String(shop.cookies), '');
  await signIn();
  assert.notEqual(String(shop.cookies), before);
});

test('as the client of Auth.js signs in and out', async () => {
  const client = new Narhub(options);
  assert.equal((await client.authJs.providers()).data['credentials']?.type, 'credentials');
  await assert.rejects(client.authJs.signIn({ email, password: 'wrong' }), is(401, 'CredentialsSignin'));
  const { data } = await client.authJs.signIn({ email, password }, { callbackUrl: '/orders' });
  assert.match(data.url, /\/orders$/);
  assert.equal((await client.auth.session()).data.user?.email, email);
  assert.match((await client.authJs.csrf()).data.csrfToken, /^[0-9a-f]{64}$/);
  assert.equal((await client.authJs.signOut()).status, 200);
  assert.deepEqual((await client.auth.session()).data, { user: null });
});

test('products and the cart', async () => {
  const { products } = (await new Narhub(options).products.list({ category: 'Security' })).data;
  assert.ok(products.length > 0 && products.every(product => product.category === 'Security'));
  const { product } = (await shop.products.get('vigil-ai')).data;
  assert.deepEqual([product.priceMin, product.priceMax, product.currency], [3_000_000, 5_000_000, 'EUR']);
  await assert.rejects(shop.products.get('none'), is(404, 'NOT_FOUND'));

  const { cart } = shop;
  assert.equal((await cart.add(product)).data.message, 'Producto agregado al carrito');
  await cart.add(product, { idempotencyKey: 'once' });
  assert.equal((await cart.add(product, { idempotencyKey: 'once' })).headers['idempotent-replayed'], 'true');
  await assert.rejects(cart.add({ ...product, name: 'Other' }, { idempotencyKey: 'once' }), is(422, 'IDEMPOTENCY_KEY_REUSED'));
  const [line] = (await cart.get()).data.items;
  assert.deepEqual([line?.productId, line?.name, line?.quantity], ['vigil-ai', product.name, 2]);
  assert.equal((await cart.setQuantity('vigil-ai', 5)).data.message, 'Cantidad actualizada');
  await assert.rejects(cart.setQuantity('none', 1), is(404, 'NOT_FOUND'));
  const merged = (await cart.merge([{ productId: 'own', slug: 'own', name: 'Own', priceMin: 1, priceMax: 2, quantity: 3 }, { ...product, quantity: 1 }])).data;
  assert.deepEqual(Object.fromEntries(merged.items.map(item => [item.productId, item.quantity])), { 'vigil-ai': 5, own: 3 });
  assert.equal((await cart.remove('own')).data.message, 'Producto eliminado del carrito');
  assert.equal((await cart.clear()).data.message, 'Carrito vaciado');
  assert.deepEqual((await cart.get()).data.items, []);
});

test('an order whose answer gets lost is sent again and is one', async () => {
  const before = (await shop.orders.list()).data.orders.length;
  const sent = recorder.count('POST', '/api/orders');
  const unlucky = new Narhub({ ...options, fetch: recorder.losing(2), cookies: new CookieJar(String(shop.cookies)), delay: async () => {} });
  const placed = await unlucky.orders.create(wish);
  assert.equal(recorder.count('POST', '/api/orders'), sent + 3);
  assert.equal(placed.status, 201);
  assert.equal(placed.headers['idempotent-replayed'], 'true');
  assert.match(placed.data.order.payment_reference, /^NH-[A-Z0-9]{6}-[A-Z0-9]{3}$/);
  assert.deepEqual([placed.data.order.payment_instructions?.method, placed.data.order.payment_instructions?.amount], ['SEPA', 4_000_000]);
  assert.equal((await shop.orders.list()).data.orders.length, before + 1);
});

test('orders: place, list, go through all, look at, print, cancel', async () => {
  await advance(1);
  await shop.cart.add((await shop.products.get('vigil-ai')).data.product);
  const { order: placed } = (await shop.orders.create({ ...wish, purchase_order_number: 'PO-4711' })).data;
  assert.deepEqual((await shop.cart.get()).data.items, [], 'the cart became the order');
  await assert.rejects(shop.orders.create({ ...wish, items: [] }), is(400, 'VALIDATION_ERROR', { message: 'Order must have at least one item' }));
  await assert.rejects(shop.orders.create({ ...wish, total_amount: 1 }), is(400, 'VALIDATION_ERROR', { field: 'total_amount' }));

  const { order } = (await shop.orders.get(placed.id)).data;
  assert.deepEqual([order.status, order.purchase_order_number, order.items[0]?.final_price, order.due_amount], ['pending', 'PO-4711', 4_000_000, 4_000_000]);
  const ids: string[] = [];
  for await (const one of shop.orders.all({ limit: 1 }))
    ids.push(one.id);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], placed.id, 'the newest first');
  assert.match((await shop.orders.csv()).data, /PO-4711/);

  const picture = (await shop.orders.qrCode(placed.id)).data;
  assert.equal(picture.type, 'image/png');
  assert.deepEqual([...new Uint8Array(await picture.arrayBuffer()).subarray(1, 4)], [...Buffer.from('PNG')]);
  assert.equal(await head((await shop.orders.proforma(placed.id)).data), '%PDF-');
  await assert.rejects(shop.orders.invoice(placed.id), is(404, 'NOT_FOUND'));
  assert.equal((await shop.orders.cancel(placed.id)).data.order.status, 'cancelled');
  await assert.rejects(shop.orders.cancel(placed.id), is(409, 'CONFLICT'));
});

test('an operator: payments, invoices, statements', async () => {
  await assert.rejects(shop.admin.orders.list(), is(403, 'FORBIDDEN'));
  await operator.auth.register({ name: 'Olga Operator', email: operatorEmail, password });
  await appoint(operatorEmail, 'admin');
  await operator.auth.signIn({ email: operatorEmail, password });
  const { admin } = operator;

  const { order: { id, payment_reference: reference } } = (await shop.orders.create(wish)).data;
  assert.equal((await admin.orders.recordPayment(id, { amount: 1_000_000, note: 'by telephone' })).data.payment.amount, 1_000_000);
  assert.deepEqual((await admin.orders.payments(id)).data.due_amount, 3_000_000);
  const early = (await admin.orders.issueInvoice(id)).data.invoice;
  assert.equal((await admin.orders.issueInvoice(id)).data.invoice.number, early.number);

  const csv = `Date;Amount;Currency;Payer;Remittance;Entry reference\n2026-03-02;30000,00;EUR;Acme;${reference};1\n2026-03-02;12,00;EUR;Somebody;nothing;2\n2026-03-02;13,00;EUR;Nobody;nothing;3\n`;
  const imported = (await admin.statements.import(csv, 'csv')).data;
  assert.deepEqual([imported.statement.new_lines, imported.statement.matched_lines, imported.known_lines], [3, 1, 0]);
  assert.equal((await admin.statements.import(new Blob([csv]), 'csv')).data.known_lines, 3);
  await assert.rejects(admin.statements.import('<no/>', 'camt.053'), is(400, 'VALIDATION_ERROR'));
  assert.equal((await admin.statements.list()).data.statements.length, 2);
  assert.equal((await admin.statements.get(imported.statement.id)).data.lines.length, 3);

  const { order, customer, payments, history } = (await admin.orders.get(id)).data;
  assert.deepEqual([order.status, customer?.email, payments.length, history.at(-1)?.status], ['processing', email, 2, 'processing']);
  const { lines } = (await admin.payments.unmatched({ limit: 10 })).data;
  assert.equal(lines.length, 2);
  const other = (await shop.orders.create({ ...wish, payment_method: 'SWIFT' })).data.order;
  const assigned = (await admin.payments.assign(lines[0]!.id, { order_id: other.id })).data;
  assert.deepEqual([assigned.line.state, assigned.order.paid_amount], ['assigned', lines[0]!.amount]);
  assert.equal((await admin.payments.dismiss(lines[1]!.id, 'not for us')).data.line.state, 'dismissed');

  assert.equal((await admin.orders.changeStatus(id, { status: 'completed' })).data.order.status, 'completed');
  assert.equal((await admin.orders.changeStatus(id, { status: 'refunded', reason: 'As agreed.' })).data.order.status, 'refunded');
  await assert.rejects(admin.orders.changeStatus(id, { status: 'pending' }), is(409, 'CONFLICT'));
  // One after the other: each keeps a core busy.
  const prints = [() => shop.orders.invoice(id), () => shop.orders.creditNote(id), () => admin.orders.invoice(id), () => admin.orders.creditNote(id), () => admin.orders.proforma(id), () => admin.invoices.get(early.number)];
  for (const print of prints)
    assert.equal(await head((await print()).data), '%PDF-');
  const { invoices, total } = (await admin.invoices.list({ kind: 'credit_note', from: '2026-01-01', to: '2027-12-31' })).data;
  assert.deepEqual([total, invoices[0]?.corrects], [1, early.id]);
  const kinds: string[] = [];
  for await (const { kind } of admin.invoices.all({ limit: 1 }))
    kinds.push(kind);
  assert.deepEqual(kinds.sort(), ['credit_note', 'invoice']);

  assert.equal((await admin.orders.list({ status: ['refunded', 'completed'], q: 'acme', limit: 1 })).data.total, 1);
  const all: string[] = [];
  for await (const { status } of admin.orders.all({ limit: 2 }))
    all.push(status);
  assert.deepEqual(all.sort(), ['cancelled', 'pending', 'pending', 'refunded']);
});

test('quotes: asked for, offered, accepted, refused, withdrawn', async () => {
  const { quotes } = operator.admin;
  const { final_price: _, ...item } = vigil;
  const [one, two, three] = await Promise.all([1, 2, 3].map(async quantity => (await shop.quotes.request({ items: [{ ...item, quantity }], notes: `For ${quantity} sites` })).data.quote));
  assert.equal((await quotes.list({ status: 'requested', limit: 1 })).data.total, 3);
  const offered = (await quotes.offer(two!.id, { items: [{ id: two!.items[0]!.id, final_price: 3_400_000 }], message: 'Two at once cost less.' })).data.quote;
  assert.deepEqual([offered.status, offered.total_amount], ['offered', 6_800_000]);
  await assert.rejects(shop.quotes.accept(one!.id), is(409, 'CONFLICT'));
  const { order } = (await shop.quotes.accept(two!.id, { payment_method: 'SEPA', billing_name: 'John Doe' })).data;
  assert.equal(order.total_amount, 6_800_000);
  assert.equal((await shop.quotes.get(two!.id)).data.quote.order_id, order.id);
  assert.equal((await quotes.refuse(one!.id, 'Not at that price.')).data.quote.message, 'Not at that price.');
  assert.equal((await shop.quotes.withdraw(three!.id)).data.quote.status, 'withdrawn');
  assert.equal((await quotes.get(three!.id)).data.quote.status, 'withdrawn');
  assert.equal((await shop.quotes.list({ limit: 2 })).data.quotes.length, 2);
  const count = async (rows: AsyncIterable<unknown>) => { let n = 0; for await (const _row of rows) n++; return n; };
  assert.deepEqual([await count(shop.quotes.all({ limit: 2 })), await count(quotes.all({ status: ['refused', 'accepted'], limit: 1 }))], [3, 2]);
});

test('an operator: products and users', async () => {
  const { products, users } = operator.admin;
  const added = (await products.add({ slug: 'nova-mdm', name: 'Nova MDM', icon: '📱', category: 'Security', description: 'Devices, managed.', priceMin: 500_000, priceMax: 900_000 })).data.product;
  assert.equal(added.currency, 'EUR');
  await assert.rejects(products.add({ slug: 'nova-mdm', name: 'Nova', category: 'Security', priceMin: 1, priceMax: 2 }), is(409, 'CONFLICT'));
  assert.equal((await products.update('nova-mdm', { priceMax: 1_000_000 })).data.product.priceMax, 1_000_000);
  assert.ok((await products.withdraw('nova-mdm')).data.product.withdrawnAt);
  await assert.rejects(shop.products.get('nova-mdm'), is(404, 'NOT_FOUND'));
  assert.equal((await products.restore('nova-mdm')).data.product.withdrawnAt, null);
  assert.equal((await products.get('nova-mdm')).data.product.name, 'Nova MDM');
  assert.ok((await products.list()).data.products.length > 1);

  const { users: [latest], next } = (await users.list({ limit: 1, search: 'o' })).data;
  assert.deepEqual([latest?.email, latest?.role], [operatorEmail, 'admin']);
  assert.ok((await users.list({ after: next! })).data.users.some(user => user.email === email));
  const everybody: string[] = [];
  for await (const user of users.all({ search: 'john@', role: 'user' }))
    everybody.push(user.id);
  const [john] = everybody;
  assert.equal(everybody.length, 1);
  assert.equal((await users.update(john!, { banned: true })).data.user.email, email);
  await assert.rejects(shop.user.profile(), is(401, 'UNAUTHORIZED'));
  await users.update(john!, { banned: false });
  assert.equal((await users.get(john!)).data.user.banned_at, null);
  await signIn();
});

test('webhooks are registered, tried, changed and removed', async () => {
  const receiver = await FakeServer.start((_, response) => void response.end());
  const { webhooks } = operator.admin;
  const made = (await webhooks.create({ url: `${receiver.url}/hook`, event_types: ['order.created', 'order.paid'] })).data.webhook;
  assert.match(made.secret, /^whsec_/);
  assert.equal((await webhooks.get(made.id)).data.webhook.secret, undefined);
  const { message_id: messageId } = (await webhooks.sendTest(made.id)).data;
  await runJobs();
  assert.equal(receiver.seen[0]?.headers['webhook-id'], messageId);
  assert.notEqual((await webhooks.rotateSecret(made.id)).data.secret, made.secret);
  assert.deepEqual((await webhooks.update(made.id, { description: 'Books', enabled: false })).data.webhook.enabled, false);
  assert.equal((await webhooks.list()).data.webhooks.length, 1);
  assert.equal((await webhooks.delete(made.id)).data.message, 'Webhook deleted successfully');
  await assert.rejects(webhooks.get(made.id), is(404, 'NOT_FOUND'));
});

test('over the limit a read waits as long as it is told, and a sign-in says how long that is', async () => {
  const limited = new Narhub({ ...options, baseURL: given('LIMITED_URL'), longestWait: 60_000, delay: elapse });
  const before = recorder.called.length;
  for (let i = 0; i < 101; i++)
    await limited.products.get('vigil-ai');
  assert.deepEqual(recorder.called.slice(before).filter(call => !call.ok).length, 1);
  const wrong = { email: 'nobody@example.com', password: 'wrong-1!' };
  for (let i = 0; i < 10; i++)
    await assert.rejects(limited.auth.signIn(wrong), is(401, 'INVALID_CREDENTIALS'));
  await assert.rejects(limited.auth.signIn(wrong), (error: unknown) => is(429, 'RATE_LIMITED')(error) && (error as ColonnadeError).retryAfter! > 0);
});

test('an abort ends a call', async () => {
  const leaving = new AbortController();
  const call = shop.user.profile({ signal: leaving.signal });
  leaving.abort();
  await assert.rejects(call, is(0, 'ABORTED', { name: 'AbortError' }));
});

test('take everything along, sign out, and be erased', async () => {
  const { data } = await shop.user.export();
  assert.equal(data.user.email, email);
  assert.equal(data.orders.length, 5);
  assert.equal((await shop.auth.signOut()).data.message, 'Signed out successfully');
  assert.equal(String(shop.cookies), '');
  await signIn();
  await assert.rejects(shop.user.erase('wrong'), is(401, 'INVALID_CREDENTIALS'));
  assert.equal((await shop.user.erase(password)).data.message, 'Account deleted successfully');
  assert.equal(String(shop.cookies), '');
  await assert.rejects(signIn(), is(401, 'INVALID_CREDENTIALS'));
});

recorder.expectAll('narhub.openapi.json');

async function head(file: Blob): Promise<string> {
  return await file.slice(0, 5).text();
}
