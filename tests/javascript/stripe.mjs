// Works with the Sandbox as any program does that uses Stripe's own library, and tells what it saw.
import { text } from 'node:stream/consumers';
import Stripe from 'stripe';

const { root, hook, now } = JSON.parse(await text(process.stdin));
const url = new URL(root);
const stripe = new Stripe('sk_test_stripe_node', {
  host: url.hostname, port: url.port, protocol: 'http', maxNetworkRetries: 2, telemetry: false,
});
const seen = {};
const kind = async (call) => {
  try {
    await call;
    return 'none';
  } catch (failure) {
    return [failure.constructor.name, failure.code ?? null, failure.decline_code ?? null, failure.param ?? null];
  }
};

// Payments.
const customer = await stripe.customers.create({ email: 'node@example.com', name: 'Node', metadata: { who: 'node' } });
const intent = await stripe.paymentIntents.create({ amount: 1999, currency: 'usd', customer: customer.id, metadata: { order: '6735' } });
const confirmed = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa', expand: ['latest_charge.balance_transaction', 'customer'] });
seen.confirmed = [confirmed.status, confirmed.amount_received, confirmed.latest_charge.object, confirmed.latest_charge.balance_transaction.net, confirmed.customer.email];
seen.declined = await kind(stripe.paymentIntents.create({ amount: 1999, currency: 'usd', confirm: true, payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds' }));
seen.missing = await kind(stripe.paymentIntents.retrieve('pi_none'));
seen.badKey = await kind(new Stripe('sk_live_x', { host: url.hostname, port: url.port, protocol: 'http' }).customers.list());
const action = await stripe.paymentIntents.create({ amount: 500, currency: 'usd', confirm: true, payment_method: 'pm_card_authenticationRequired', return_url: 'https://example.com/back' });
seen.action = [action.status, action.next_action.type];
const key = { idempotencyKey: 'node-1' };
const [one, two] = [await stripe.refunds.create({ payment_intent: intent.id, amount: 999 }, key), await stripe.refunds.create({ payment_intent: intent.id, amount: 999 }, key)];
seen.refunded = [one.id === two.id, one.amount, one.status, (await stripe.charges.retrieve(confirmed.latest_charge.id)).amount_refunded];
seen.mismatch = await kind(stripe.refunds.create({ payment_intent: intent.id, amount: 1 }, key));

// Lists.
for (let i = 0; i < 12; i++) await stripe.products.create({ name: `Thing ${i}`, metadata: { list: 'yes' } });
const names = [];
for await (const product of stripe.products.list({ limit: 5 })) names.push(product.name);
seen.paged = [names.length >= 12, names[0], new Set(names).size === names.length];
const page = await stripe.products.list({ limit: 3 });
const before = await stripe.products.list({ limit: 3, ending_before: page.data[2].id });
seen.before = [page.has_more, before.data.map((product) => product.id).join() === page.data.slice(0, 2).map((product) => product.id).join()];

// Subscriptions.
const clock = await stripe.testHelpers.testClocks.create({ frozen_time: Math.floor(now / 1000) });
const subscriber = await stripe.customers.create({ email: 'sub@example.com', test_clock: clock.id, payment_method: 'pm_card_visa' });
const [card] = (await stripe.customers.listPaymentMethods(subscriber.id)).data;
await stripe.customers.update(subscriber.id, { invoice_settings: { default_payment_method: card.id } });
const product = await stripe.products.create({ name: 'Plan' });
const monthly = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 1000, recurring: { interval: 'month' }, lookup_key: 'node_monthly' });
const larger = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 3000, recurring: { interval: 'month' } });
seen.lookup = (await stripe.prices.list({ lookup_keys: ['node_monthly'] })).data.map((price) => price.id === monthly.id);
const subscription = await stripe.subscriptions.create({ customer: subscriber.id, items: [{ price: monthly.id }], expand: ['latest_invoice.payments', 'default_payment_method'] });
seen.subscribed = [subscription.status, subscription.latest_invoice.billing_reason, subscription.latest_invoice.status, subscription.latest_invoice.payments.data[0].status];
const item = subscription.items.data[0];
const details = { items: [{ id: item.id, price: larger.id }], proration_behavior: 'always_invoice', proration_date: Math.floor(now / 1000) };
const preview = await stripe.invoices.createPreview({ customer: subscriber.id, subscription: subscription.id, subscription_details: details });
const upgraded = await stripe.subscriptions.update(subscription.id, { ...details, expand: ['latest_invoice'] });
seen.upgraded = [preview.amount_due, upgraded.latest_invoice.amount_paid, upgraded.items.data[0].price.id === larger.id];
await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: item.current_period_end + 60 });
const renewed = await stripe.subscriptions.retrieve(subscription.id);
seen.renewed = [renewed.status, renewed.items.data[0].current_period_start === item.current_period_end, (await stripe.invoices.list({ subscription: subscription.id })).data.map((invoice) => [invoice.billing_reason, invoice.amount_paid])];
const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
seen.ending = [ending.cancel_at_period_end, ending.status, ending.cancel_at === renewed.items.data[0].current_period_end];
seen.ended = (await stripe.subscriptions.cancel(subscription.id)).status;

// Sessions.
const checkout = await stripe.checkout.sessions.create({ mode: 'subscription', success_url: 'https://example.com/ok?s={CHECKOUT_SESSION_ID}', cancel_url: 'https://example.com/no', line_items: [{ price: monthly.id, quantity: 1 }] });
seen.checkout = [checkout.status, checkout.payment_status, checkout.amount_total, checkout.url.endsWith(`/checkout/${checkout.id}`)];
seen.lineItems = (await stripe.checkout.sessions.listLineItems(checkout.id)).data.map((line) => line.amount_total);
seen.portal = (await stripe.billingPortal.sessions.create({ customer: subscriber.id, return_url: 'https://example.com' })).url.includes('/portal/');
seen.expired = (await stripe.checkout.sessions.expire(checkout.id)).status;

// Events and endpoints.
const types = (await stripe.events.list({ limit: 100, types: ['payment_intent.succeeded', 'charge.refunded'] })).data.map((happened) => happened.type);
seen.events = [...new Set(types)].sort();
const endpoint = await stripe.webhookEndpoints.create({ url: hook, enabled_events: ['customer.created'] });
await stripe.customers.create({ email: 'told@example.com', metadata: { product: 'elsewhere' } });
seen.endpoint = [endpoint.secret.startsWith('whsec_'), (await stripe.webhookEndpoints.retrieve(endpoint.id)).secret ?? null];
await stripe.customers.create({ email: 'shop@example.com', metadata: { product: 'shop' } });
seen.balance = (await stripe.balance.retrieve()).available.find((amount) => amount.currency === 'usd').amount > 0;

process.stdout.write(JSON.stringify({ seen, secret: endpoint.secret }));
