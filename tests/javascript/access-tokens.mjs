// Looks at a product's access tokens with the library most JavaScript services use.
// Reads {"jwks", "issuer", "audience", "token"} from standard input; answers what it made of the token and what it
// forged from it, as JSON.
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, exportSPKI, generateKeyPair, importJWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { text } from 'node:stream/consumers';

const { jwks, issuer, audience, token, now } = JSON.parse(await text(process.stdin));
const currentDate = new Date(now);
const keys = createRemoteJWKSet(new URL(jwks));

const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'], currentDate });

const refused = [];
for (const [name, attempt] of Object.entries({
  audience: jwtVerify(token, keys, { issuer, audience: 'another', currentDate }),
  signature: jwtVerify(token.slice(0, -20) + 'A'.repeat(20), keys, { issuer, audience, currentDate }),
  expired: jwtVerify(token, keys, { issuer, audience, currentDate: new Date(now + 86_400_000) }),
})) {
  await attempt.then(() => {}, () => refused.push(name));
}

const claims = decodeJwt(token);
const header = decodeProtectedHeader(token);
const forged = [];
for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  forged.push([alg, await new SignJWT(claims).setProtectedHeader({ ...header, alg }).sign(privateKey)]);
}
const published = (await (await fetch(jwks)).json()).keys.find((key) => key.kid === header.kid);
const pem = await exportSPKI(await importJWK(published, 'ES256', { extractable: true }));
for (const alg of ['HS256', 'HS384', 'HS512']) {
  forged.push([`${alg} under our public key`, await new SignJWT(claims).setProtectedHeader({ ...header, alg }).sign(new TextEncoder().encode(pem))]);
}
forged.push(['no signature', new UnsecuredJWT(claims).encode()]);

process.stdout.write(JSON.stringify({ payload, protectedHeader, refused, forged }));
