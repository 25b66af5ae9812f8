// Verifies deliveries with Stripe's own library.
import { text } from 'node:stream/consumers';
import Stripe from 'stripe';

const { deliveries, now } = JSON.parse(await text(process.stdin));
const accepts = (body, header, secret, at = now) => {
  try {
    return Stripe.webhooks.constructEvent(body, header, secret, 300, undefined, at).type;
  } catch (failure) {
    return failure.constructor.name;
  }
};

process.stdout.write(JSON.stringify(deliveries.map(({ body, header, secret }) => ({
  verified: accepts(body, header, secret),
  anotherBody: accepts(body.replace('{', '{ '), header, secret),
  anotherSecret: accepts(body, header, 'whsec_other'),
  late: accepts(body, header, secret, now + 400_000),
  // And the other way round: what the library signs, for our own verification.
  signed: Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Math.floor(now / 1000) }),
}))));
