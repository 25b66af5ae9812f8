import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FigureForge, MemoryTokenStore } from '@colonnade/client';
import type { JobStatus } from '@colonnade/client/figureforge';
import { advance, appoint, elapse, found, given, is, mailTo, Recorder, runJobs } from './live.js';

const recorder = new Recorder();
const options = { baseURL: given('FIGUREFORGE_URL'), fetch: recorder.fetch, timeout: 60_000 };
const tokens = new MemoryTokenStore();
const forge = new FigureForge({ ...options, tokens });
const email = 'user@example.com';
const dancer = { prompt: 'a dancer', filters: { pose: 'standing' }, model: 'mannequin' };
const back = { success_url: 'https://example.com/ok?session={CHECKOUT_SESSION_ID}', cancel_url: 'https://example.com/no' };

const codeOf = async (address: string) => found(/\b(\d{6})\b/, await mailTo(address));

async function join(address: string): Promise<FigureForge> {
  const client = new FigureForge(options);
  await client.auth.requestCode(address);
  await client.auth.signIn({ email: address, code: await codeOf(address) });
  return client;
}

/** Has the product draw, and the time pass that this takes, until what waits for it is over. */
async function drawing<T>(waiting: Promise<T>): Promise<T> {
  let isOver = false;
  const done = waiting.finally(() => isOver = true);
  while (!isOver)
    await runJobs(5);
  return await done;
}

/** A job as it ends. */
async function end(jobId: string): Promise<JobStatus> {
  return (await drawing(forge.jobs.get(jobId, { wait: 60 }))).data;
}

test('a mailed code is the way in', async () => {
  assert.equal((await forge.auth.checkUser(email)).data.exists, false);
  assert.equal((await forge.auth.requestCode(email)).data.expires_in, 600);
  assert.equal((await forge.auth.checkUser(email)).data.exists, true);
  const code = await codeOf(email);
  await assert.rejects(forge.auth.signIn({ email, code: code === '000000' ? '000001' : '000000' }), is(401, 'AUTHENTICATION_REQUIRED', { details: { reason: 'invalid_code' } }));
  await assert.rejects(forge.auth.signIn({ email, code: 'soon' }), is(400, 'INVALID_REQUEST', { field: 'code' }));
  await assert.rejects(forge.profile.get(), is(401, 'AUTHENTICATION_REQUIRED'));
  const { data } = await forge.auth.signIn({ email, code });
  assert.equal(data.user.email, email);
  assert.deepEqual(tokens.get(), { accessToken: data.access_token, refreshToken: data.refresh_token });
  assert.deepEqual((await forge.auth.verify()).data, { valid: true, user_id: data.user.id });
  assert.equal((await new FigureForge(options).auth.verify(data.access_token)).data.valid, true);
  await assert.rejects(forge.auth.verify('none'), is(401, 'AUTHENTICATION_REQUIRED'));
});

test('profile and what was used', async () => {
  const { data } = await forge.profile.update({ username: 'new_username', display_name: 'Display Name' });
  assert.deepEqual([data.username, data.display_name, data.subscription, data.quota.remaining], ['new_username', 'Display Name', null, 20]);
  assert.deepEqual((await forge.profile.get()).data, data);
  await assert.rejects(forge.profile.update({ username: '!' }), is(400, 'INVALID_REQUEST', { field: 'username' }));
  assert.deepEqual((await forge.profile.stats()).data.subscription_tier, 'free');
});

test('when the access token has expired, fifty calls refresh once, and each goes on', async () => {
  const before = tokens.get();
  await advance(31);
  const answers = await Promise.all(Array.from({ length: 50 }, () => forge.profile.get()));
  assert.ok(answers.every(answer => answer.data.email === email));
  assert.equal(recorder.count('POST', '/api/auth/refresh/'), 1);
  assert.notEqual(tokens.get()?.refreshToken, before?.refreshToken);
  assert.equal((await forge.auth.refreshToken()).data.access_token, tokens.get()?.accessToken);
});

test('models, filters and what a job would cost', async () => {
  const { models } = (await forge.images.models()).data;
  assert.deepEqual(models.filter(model => ['flux-pro', 'mannequin'].includes(model.id)).map(model => model.credits), [2, 1]);
  assert.ok((await forge.images.filters()).data.filters['pose']!.includes('standing'));
  const { data } = await forge.credits.estimate({ prompt: 'x', batch_size: 3 });
  assert.deepEqual([data.model, data.credits, data.credits_after, data.affordable], ['flux-pro', 6, 14, true]);
});

test('a wish whose answer gets lost is sent again and is one job', async () => {
  const unlucky = new FigureForge({ ...options, tokens, fetch: recorder.losing(2), delay: async () => {} });
  const { data, headers, status } = await unlucky.images.generate(dancer);
  assert.deepEqual([status, data.status, headers['idempotent-replayed']], [202, 'queued', 'true']);
  assert.equal((await forge.profile.get()).data.quota.used, 1);
  await assert.rejects(forge.images.generate({ ...dancer, model: 'dall-e' }), is(400, 'INVALID_REQUEST', { field: 'model' }));
  await assert.rejects(forge.images.generate({ ...dancer, batch_size: 9 }), is(400, 'INVALID_REQUEST', { field: 'batch_size' }));
  assert.equal((await forge.jobs.cancel(data.job_id)).data.status, 'cancelled');
  await assert.rejects(forge.jobs.cancel(data.job_id), is(409, 'CONFLICT'));
  const again = (await forge.jobs.retry(data.job_id)).data;
  const { status: last, retried_from: from, seed, images } = await end(again.job_id);
  assert.deepEqual([last, from, seed, images.length], ['completed', data.job_id, data.seed, 1]);
});

test('a job is watched to its end, also where the connection breaks', { timeout: 120_000 }, async () => {
  const lastIds: (string | null)[] = [];
  const breaking: typeof fetch = async (url, init) => {
    const response = await recorder.fetch(url, init);
    if (!String(url).includes('/events/'))
      return response;
    lastIds.push(new Headers(init?.headers).get('last-event-id'));
    return lastIds.length > 1 ? response : new Response(brokenAfterAnEvent(response.body!), response);
  };
  const watcher = new FigureForge({ ...options, tokens, fetch: breaking, delay: async () => {} });
  const { job_id: id } = (await forge.images.generate({ ...dancer, batch_size: 2, seed: 7 })).data;
  const seen: JobStatus[] = [];
  const watch = watcher.jobs.watch(id);
  seen.push((await watch.next()).value!);
  await drawing((async () => {
    for await (const job of watch)
      seen.push(job);
  })());
  assert.equal(seen[0]!.status, 'queued');
  assert.equal(seen[0]!.queue_position, 1);
  const last = seen.at(-1)!;
  assert.deepEqual([last.status, last.progress, last.images.map(image => image.seed)], ['completed', 1, [7, 8]]);
  assert.equal(seen.filter(job => job.status === 'completed').length, 1);
  assert.equal(lastIds[0], null);
  assert.match(lastIds[1]!, /^\d+$/);

  const late: string[] = [];
  for await (const job of forge.jobs.watch(id))
    late.push(job.status);
  assert.deepEqual(late, ['completed']);
  await assert.rejects(forge.jobs.watch('job_none').next(), is(404, 'NOT_FOUND'));
});

test('a wait ends with the job, and an abort ends a watch', { timeout: 120_000 }, async () => {
  const { data } = await drawing(forge.images.generate(dancer, { wait: 60 }));
  assert.deepEqual([data.status, data.images.length], ['completed', 1]);

  const { job_id: id } = (await forge.images.generate(dancer)).data;
  assert.equal((await forge.jobs.get(id, { wait: 0 })).data.status, 'queued');
  const leaving = new AbortController();
  await assert.rejects(async () => {
    for await (const job of forge.jobs.watch(id, { signal: leaving.signal }))
      leaving.abort(job.status);
  }, is(0, 'ABORTED', { name: 'AbortError' }));
  for await (const job of forge.jobs.watch(id)) {
    assert.equal(job.status, 'queued');
    break;
  }
  await forge.jobs.cancel(id);
});

test('images: look, tag, favour, remix, delete; the gallery from end to end', async () => {
  const ids: string[] = [];
  for await (const image of forge.gallery.allOwn({ limit: 1, sort: 'oldest' }))
    ids.push(image.id);
  assert.equal(ids.length, 4);
  const [one, two] = ids as [string, string];
  assert.equal((await forge.gallery.own({ tags: ['pose:standing'], limit: 2 })).data.count, 4);
  assert.equal((await forge.gallery.own({ q: 'dancer', model: 'mannequin', seed: 7 })).data.count, 1);
  await assert.rejects(forge.gallery.own({ tags: '<b>' }), is(400, 'INVALID_REQUEST', { field: 'tags' }));

  const { data: changed } = await forge.images.update(one, { tags: ['tag1', 'tag2'], is_public: true, rating: 5 });
  assert.deepEqual([changed.tags, changed.is_public, changed.rating], [['tag1', 'tag2'], true, 5]);
  assert.deepEqual((await forge.images.get(one)).data.filters, { pose: 'standing' });
  assert.deepEqual((await forge.images.bulk('publish', [two])).data.results, [{ image_id: two, success: true, url: null }]);
  const stranger = new FigureForge(options);
  const shown: string[] = [];
  for await (const image of stranger.gallery.allPublic({ limit: 1 }))
    shown.push(image.id);
  assert.deepEqual(shown.sort(), [one, two].sort());
  assert.equal((await stranger.gallery.public({ tags: 'tag1,tag2' })).data.results[0]?.id, one);
  await assert.rejects(new FigureForge({ ...options, authToken: 'bad' }).gallery.public(), is(401, 'AUTHENTICATION_REQUIRED'));

  assert.deepEqual((await forge.images.toggleFavorite(two)).data, { image_id: two, is_favorite: true, favorite_count: 1 });
  assert.deepEqual((await forge.gallery.favorites()).data.results.map(image => image.id), [two]);
  for await (const image of forge.gallery.allFavorites())
    assert.equal(image.id, two);
  const remix = (await forge.images.remix(one, { filters: { lighting: 'rim' } })).data;
  assert.equal((await end(remix.job_id)).remixed_from, one);
  assert.deepEqual((await forge.images.delete(ids[3]!)).data.success, true);
  await assert.rejects(forge.images.delete(ids[3]!), is(404, 'NOT_FOUND'));
});

test('a reported image is hidden until an operator has looked', async () => {
  const other = await join('other@example.com');
  await join('operator@example.com');
  await appoint('operator@example.com', 'admin');
  await advance(2);
  const operator = await join('operator@example.com');
  const image = (await end((await forge.images.generate(dancer)).data.job_id)).images[0]!.id;
  await forge.images.update(image, { is_public: true });
  await assert.rejects(other.images.update(image, { rating: 1 }), is(403, 'PERMISSION_DENIED'));
  await other.images.report(image, { reason: 'copyright', comment: 'It is mine' });
  await assert.rejects(other.images.get(image), is(404, 'NOT_FOUND'));
  await forge.images.appeal(image, 'It is a dancer');
  await assert.rejects(forge.images.appeal(image, 'Really'), is(409, 'CONFLICT'));
  await assert.rejects(other.images.reports(), is(403, 'PERMISSION_DENIED'));
  const [report] = (await operator.images.reports()).data.results;
  assert.deepEqual([report?.image_id, report?.reasons, report?.appeal], [image, ['copyright'], 'It is a dancer']);
  assert.equal((await operator.images.review(image, 'clean')).data.moderation, 'clean');
  assert.equal((await other.images.get(image)).data.is_mine, false);
});

test('boards', async () => {
  const [one, two] = (await forge.gallery.own({ limit: 2 })).data.results.map(image => image.id) as [string, string];
  const board = (await forge.boards.create('Hands')).data;
  await assert.rejects(forge.boards.create('hands'), is(409, 'CONFLICT'));
  assert.equal((await forge.boards.add(board.id, [one, two])).data.changed, 2);
  const images: string[] = [];
  for await (const image of forge.boards.allImages(board.id, { limit: 1 }))
    images.push(image.id);
  assert.deepEqual(images.sort(), [one, two].sort());
  await forge.boards.remove(board.id, one);
  assert.deepEqual((await forge.boards.images(board.id)).data.results.map(image => image.id), [two]);
  assert.equal((await forge.boards.rename(board.id, 'Feet')).data.name, 'Feet');
  assert.deepEqual((await forge.boards.list()).data.results.map(each => [each.name, each.image_count]), [['Feet', 1]]);
  assert.equal((await forge.boards.delete(board.id)).data.success, true);
});

test('practice', async () => {
  const { session, poses } = (await forge.practice.begin({ segments: [{ count: 5, seconds: 30 }, { count: 1, seconds: 600 }], source: 'own' })).data;
  assert.deepEqual([poses.length, poses[5]!.starts_at, session.total_seconds], [6, 150, 750]);
  assert.ok(poses.every(pose => pose.image));
  assert.deepEqual((await forge.practice.get(session.id)).data.session, session);
  assert.equal((await forge.practice.finish(session.id, { drawn: 4, seconds: 120 })).data.drawn, 4);
  assert.equal((await forge.practice.finish(session.id)).data.drawn, 4, 'finished once');
  assert.equal((await forge.practice.list({ limit: 1 })).data.count, 1);
  for await (const { id } of forge.practice.all())
    assert.equal(id, session.id);
  await assert.rejects(forge.practice.begin({ segments: [], source: 'own' }), is(400, 'INVALID_REQUEST', { field: 'segments' }));
});

test('a subscription from its checkout to its end', async () => {
  const { subscriptions } = forge;
  const { plans } = (await new FigureForge(options).pricing.get()).data;
  assert.deepEqual((await subscriptions.plans()).data.plans, plans);
  assert.equal((await forge.pricing.health()).data.status, 'ok');
  assert.equal((await subscriptions.current()).data.subscription, null);
  await assert.rejects(subscriptions.cancel(), is(404, 'NOT_FOUND'));
  await assert.rejects(subscriptions.checkout({ plan_id: 'gold', ...back }), is(400, 'INVALID_REQUEST', { field: 'plan_id' }));

  await pay((await subscriptions.checkout({ plan_id: 'hobby_monthly', ...back })).data.checkout_url);
  const { subscription, quota } = (await subscriptions.current()).data;
  assert.deepEqual([subscription?.plan_id, subscription?.tier, subscription?.status, quota.limit], ['hobby_monthly', 'hobby', 'active', 100]);
  await assert.rejects(subscriptions.checkout({ plan_id: 'pro_monthly', ...back }), is(409, 'CONFLICT'));

  const preview = (await subscriptions.previewChange('pro_monthly')).data;
  assert.deepEqual([preview.effective, preview.amount_due], ['now', 1_000]);
  const changed = (await subscriptions.change({ plan_id: 'pro_monthly', proration_date: preview.proration_date! })).data;
  assert.equal(changed.subscription?.tier, 'pro');
  assert.match((await subscriptions.setPaymentMethod('pm_card_mastercard')).data.message, /ending in/);
  assert.match((await subscriptions.portal({ return_url: 'https://example.com/back' })).data.portal_url, /^http/);
  assert.equal((await subscriptions.cancel()).data.subscription?.cancel_at_period_end, true);
  assert.equal((await subscriptions.reactivate()).data.subscription?.cancel_at_period_end, false);
  await assert.rejects(subscriptions.reactivate(), is(400, 'INVALID_REQUEST'));

  const [pack] = (await forge.credits.packs()).data.packs;
  await pay((await forge.credits.buyPack({ pack_id: pack!.id, ...back })).data.checkout_url);
  assert.equal((await subscriptions.current()).data.quota.extra, pack!.credits);
  assert.equal((await subscriptions.history({ limit: 1 })).data.results.length, 1);
  const bills: number[] = [];
  for await (const bill of subscriptions.allHistory({ limit: 1 }))
    bills.push(bill.amount);
  assert.ok(bills.includes(900) && bills.includes(pack!.price), String(bills));
});

test('over the limit a stranger waits as long as they are told', async () => {
  const limited = new FigureForge({ ...options, baseURL: given('LIMITED_URL'), longestWait: 60_000, delay: elapse });
  const before = recorder.called.length;
  for (let i = 0; i < 101; i++)
    await limited.gallery.public({ limit: 1 });
  assert.equal(recorder.called.slice(before).filter(call => !call.ok).length, 1);
});

test('sign out, and delete the account', async () => {
  assert.equal((await forge.auth.logout()).data.message, 'Logged out');
  assert.equal(tokens.get(), undefined);
  await advance(2);
  await forge.auth.requestCode(email);
  await forge.auth.signIn({ email, code: await codeOf(email) });
  await assert.rejects(forge.profile.delete({} as { confirm: true }), is(400, 'INVALID_REQUEST', { field: 'confirm' }));
  const { accessToken } = tokens.get()!;
  assert.match((await forge.profile.delete({ confirm: true })).data.message, /30 days/);
  assert.equal(tokens.get(), undefined);
  await assert.rejects(new FigureForge({ ...options, authToken: accessToken }).profile.get(), is(401, 'AUTHENTICATION_REQUIRED'));
});

recorder.expectAll('figureforge.openapi.json', [
  'POST /api/webhooks/stripe', 'PUT /api/auth/user/update', 'PATCH /api/auth/user/update', 'PUT /api/images/{id}/update', 'POST /api/images/{id}/update', 'PATCH /api/boards/{id}',
]);

/** As a person pays in the page; what came of it, the product finds out by itself. */
async function pay(checkout: string): Promise<void> {
  const { pathname } = new URL(checkout);
  const card = new URLSearchParams({ number: '4242424242424242', expiry: '12/34', code: '123', name: 'Ada', email: 'ada@example.com' });
  const answer = await fetch(given('SANDBOX_URL') + pathname, { method: 'POST', body: card, redirect: 'manual' });
  assert.equal(answer.status, 303);
  await advance(1);
}

/** The stream as far as its first event. */
function brokenAfterAnEvent(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return new ReadableStream({
    async pull(controller) {
      if (/^data: .*\n\n/m.test(text)) {
        await reader.cancel();
        controller.error(new TypeError('terminated'));
        return;
      }
      const { value } = await reader.read();
      text += decoder.decode(value, { stream: true });
      controller.enqueue(value!);
    },
  });
}
