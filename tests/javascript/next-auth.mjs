// Drives the browser client of next-auth 4 as a page would: sign-in, session, sign-out.
// Reads {"root", "origin", "email", "password"} from standard input: where the product listens, and the origin the page believes it
// has. Answers what the client made of each call, and every request it sent, as JSON.
import { text } from 'node:stream/consumers';

const { root, origin, email, password } = JSON.parse(await text(process.stdin));

// The little of a browser that the client touches: a location, a storage, and a fetch that resolves relative URLs,
// keeps cookies as RFC 6265 says, and sends what browsers send with requests of a page to its own origin.
const cookies = new Map();
const requests = [];
const send = globalThis.fetch;
const visited = [];
globalThis.window = {
  location: {
    get href() { return `${origin}/shop?from=here#top`; },
    set href(url) { visited.push(url); },
    reload() {},
  },
  addEventListener() {},
};
globalThis.localStorage = { setItem() {} };
globalThis.fetch = async (url, options = {}) => {
  const absolute = new URL(url, window.location.href);
  if (absolute.origin !== origin) throw new TypeError(`The page at ${origin} fetched ${absolute}.`);
  const method = (options.method ?? 'GET').toUpperCase();
  const headers = new Headers(options.headers);
  headers.set('Sec-Fetch-Site', 'same-origin');
  if (method !== 'GET') headers.set('Origin', origin);
  if (cookies.size > 0) headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
  const response = await send(root + absolute.pathname + absolute.search, { ...options, method, headers, redirect: 'manual' });
  for (const line of response.headers.getSetCookie()) {
    const [pair, ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    if (attributes.some((attribute) => attribute === 'Max-Age=0')) cookies.delete(pair.slice(0, at));
    else cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
  requests.push({ method, path: absolute.pathname, type: headers.get('Content-Type'), status: response.status });
  return response;
};

const client = await import('next-auth/react');
const names = () => [...cookies.keys()].sort();
const answers = {};
answers.anonymous = await client.getSession();
answers.providers = await client.getProviders();
answers.wrong = await client.signIn('credentials', { redirect: false, email, password: 'wrong password' });
answers.signedIn = await client.signIn('credentials', { redirect: false, email, password, callbackUrl: '/orders?page=2' });
answers.cookies = names();
answers.session = await client.getSession();
const before = cookies.get('next-auth.session-token');
answers.elsewhere = await client.signIn('credentials', { redirect: false, email, password, callbackUrl: 'https://evil.example/' });
answers.newSession = before !== cookies.get('next-auth.session-token');
answers.signedOut = await client.signOut({ redirect: false, callbackUrl: '//evil.example' });
answers.after = await client.getSession();
answers.cookiesAfter = names();
await client.signIn('credentials', { email, password });
answers.visited = visited;
process.stdout.write(JSON.stringify({ answers, requests }));
