// Verifies deliveries with the reference library, and once more by the letter of the specification with Node's own crypto.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const { deliveries, now } = JSON.parse(await text(process.stdin));
Date.now = () => now;

const accepts = (secret, body, headers) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

const byTheLetter = (secret, body, headers) => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed, 'utf8').digest();
  return key.length >= 24 && key.length <= 64 && headers['webhook-signature'].split(' ').some((signature) => {
    const [version, value] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
};

process.stdout.write(JSON.stringify(deliveries.map(({ secret, body, headers }) => ({
  verified: accepts(secret, body, headers),
  byTheLetter: byTheLetter(secret, body, headers),
  anotherBody: accepts(secret, body.replace('}', ' }'), headers),
  anotherId: accepts(secret, body, { ...headers, 'webhook-id': headers['webhook-id'] + '0' }),
  anotherTime: accepts(secret, body, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }),
  anotherSecret: accepts('whsec_' + Buffer.alloc(32, 7).toString('base64'), body, headers),
}))));
