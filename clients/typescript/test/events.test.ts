import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { FigureForge } from '@colonnade/client';
import { Connection, type Call } from '../dist/core/connection.js';
import { EventParser, type ServerEvent } from '../dist/core/events.js';
import { FakeServer, json, noted } from './server.js';

const parse = (...pieces: string[]): ServerEvent[] => {
  const parser = new EventParser();
  return pieces.flatMap(piece => [...parser.push(piece)]);
};

test('events are what is between empty lines, with or without a name', () => {
  assert.deepEqual(parse('event: progress\ndata: {"a":1}\n\ndata: plain\n\n'), [
    { event: 'progress', data: '{"a":1}', id: '' }, { event: 'message', data: 'plain', id: '' },
  ]);
});

test('lines end in LF, CRLF or CR, also where an ending is cut in two', () => {
  const events = [{ event: 'a', data: '1\n2', id: '7' }, { event: 'message', data: '3', id: '7' }];
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['event: a', 'id: 7', 'data: 1', 'data: 2', '', 'data: 3', '', ''].join(end);
    assert.deepEqual(parse(text), events, JSON.stringify(end));
    assert.deepEqual(parse(...text), events, `${JSON.stringify(end)}, one character at a time`);
    for (let at = 0; at <= text.length; at++)
      assert.deepEqual(parse(text.slice(0, at), '', text.slice(at)), events, `${JSON.stringify(end)}, cut at ${at}`);
  }
});

test('data of several lines is one text, and one space after the colon does not count', () => {
  assert.deepEqual(parse('data:a\ndata:  b\ndata\ndata:\n\n').map(event => event.data), ['a\n b\n\n']);
});

test('comments and names that mean nothing are passed over; what has no data is no event', () => {
  const parser = new EventParser();
  assert.deepEqual([...parser.push('wrong: x\nevent: lost\n\n')], []);
  assert.equal(parser.heard, false);
  assert.deepEqual([...parser.push(': still here\n\n')], []);
  assert.equal(parser.heard, true);
  assert.deepEqual([...parser.push(':\ndata: x\n\n')], [{ event: 'message', data: 'x', id: '' }]);
});

test('an id holds until there is another, and goes on from the stream before', () => {
  const events = parse('id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid: 3\0\ndata: d\n\nid\ndata: e\n\n');
  assert.deepEqual(events.map(event => event.id), ['1', '1', '2', '2', '']);
  assert.deepEqual([...new EventParser('7').push('data: a\n\n')], [{ event: 'message', data: 'a', id: '7' }]);
});

test('retry is a whole number of milliseconds or nothing', () => {
  const parser = new EventParser();
  assert.equal(parser.retry, undefined);
  assert.deepEqual([...parser.push('retry: 2000\n\nretry: soon\n\nretry: 1.5\n\n')], []);
  assert.equal(parser.retry, 2_000);
});

test('what is incomplete at the end is no event', () => {
  assert.deepEqual(parse('data: a\n\ndata: b\n').map(event => event.data), ['a']);
});

const stream = (response: ServerResponse): ServerResponse => response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
const call: Call = { method: 'GET', path: '/events' };
const connect = (baseURL: string, options: object = {}) => new Connection({ baseURL, ...options }, { refusal: body => body?.error });

async function firstOf(events: AsyncGenerator<ServerEvent>, count: number): Promise<string[]> {
  const data: string[] = [];
  for await (const event of events) {
    data.push(event.data);
    if (data.length === count)
      break;
  }
  return data;
}

test('a stream is read as it comes, also where a character is cut in two', async () => {
  const text = Buffer.from('data: œil 🛡️\n\n');
  const server = await FakeServer.start(async (_, response) => {
    stream(response).flushHeaders();
    for (const byte of text)
      await new Promise(resolve => response.write(Buffer.of(byte), resolve));
  });
  assert.deepEqual(await firstOf(connect(server.url).events(call), 1), ['œil 🛡️']);
  assert.equal(server.seen[0]!.headers.accept, 'text/event-stream');
});

test('a stream that breaks off goes on after its last event, once the server may be asked again', async () => {
  const server = await FakeServer.start((_, response, count) => {
    if (count === 2)
      json(response, 503, { error: { code: 'SERVICE_UNAVAILABLE', message: 'later' } }, { 'retry-after': '3' });
    else if (count === 1)
      stream(response).write('retry: 2000\n\nid: 7\ndata: one\n\ndata: lost', () => response.destroy());
    else
      stream(response).end('id: 8\ndata: two\n\n');
  });
  const { pauses, delay } = noted();
  assert.deepEqual(await firstOf(connect(server.url, { delay }).events(call), 2), ['one', 'two']);
  assert.deepEqual(server.seen.map(seen => seen.headers['last-event-id']), [undefined, '7', '7']);
  assert.equal(pauses[0], 2_000, 'as the stream said');
  assert.ok(pauses[1]! >= 3_000, 'as the refusal said');
});

test('a stream that only ends is opened again as often as is worth it, and who hears something begins to count anew', async () => {
  const server = await FakeServer.start((_, response, count) => void stream(response).end(count === 3 ? ': still here\n\n' : ''));
  const { pauses, delay } = noted();
  await assert.rejects(firstOf(connect(server.url, { delay, retries: 2 }).events(call), 1), { status: 0, code: 'NETWORK_ERROR' });
  assert.equal(server.seen.length, 5);
  assert.equal(pauses.length, 4);
});

test('where nothing is heard for too long somebody else is asked', async () => {
  const server = await FakeServer.start((_, response, count) => {
    stream(response).flushHeaders();
    if (count > 1)
      response.write('data: here\n\n');
  });
  const connection = connect(server.url, { timeout: 10_000, retries: 50, delay: async () => {} });
  assert.deepEqual(await firstOf(connection.events({ ...call, patience: -9_900 }), 1), ['here']);
  assert.ok(server.seen.length > 1);
});

test('a refusal is no reason to listen on, nor is an answer that is no stream', async () => {
  const server = await FakeServer.start((seen, response) =>
    seen.url === '/events' ? json(response, 404, { error: { code: 'NOT_FOUND', message: 'Job not found' } }) : json(response, 200, {}));
  await assert.rejects(connect(server.url).events(call).next(), { status: 404, code: 'NOT_FOUND', message: 'Job not found' });
  await assert.rejects(connect(server.url).events({ ...call, path: '/other' }).next(), { status: 200, code: 'INVALID_ANSWER' });
  assert.equal(server.seen.length, 2);
});

test('who stops listening closes the stream, and so does an abort', async () => {
  let closed = 0;
  const server = await FakeServer.start((_, response) => {
    response.on('close', () => closed++);
    stream(response).write('data: one\n\n');
  });
  await firstOf(connect(server.url).events(call), 1);
  await until(() => closed === 1);
  const leaving = new AbortController();
  const events = connect(server.url).events(call, { signal: leaving.signal });
  assert.equal((await events.next()).value?.data, 'one');
  const next = events.next();
  leaving.abort();
  await assert.rejects(next, { code: 'ABORTED', name: 'AbortError' });
  await until(() => closed === 2);
});

test('a stream is opened with a token that is good', async () => {
  const server = await FakeServer.start((seen, response) => {
    if (seen.url === '/api/auth/refresh/')
      json(response, 200, { access_token: 'good', refresh_token: 'next' });
    else if (seen.headers.authorization === 'Bearer good')
      stream(response).end('event: completed\ndata: {"status":"completed"}\n\n');
    else
      json(response, 401, { error: { code: 'AUTHENTICATION_REQUIRED', message: 'no', details: {} } });
  });
  const tokens = { accessToken: 'expired', refreshToken: 'one' };
  const forge = new FigureForge({ baseURL: server.url, tokens: { get: () => tokens, set: next => void Object.assign(tokens, next) } });
  const seen: string[] = [];
  for await (const job of forge.jobs.watch('job_1'))
    seen.push(job.status);
  assert.deepEqual(seen, ['completed']);
  assert.deepEqual(JSON.parse(server.at('/api/auth/refresh/')[0]!.body), { refresh_token: 'one' });
  assert.deepEqual(tokens, { accessToken: 'good', refreshToken: 'next' });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition())
    await new Promise(resolve => setImmediate(resolve));
}
