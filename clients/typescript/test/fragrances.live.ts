import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColonnadeError, Fragrances, MemoryTokenStore } from '@colonnade/client';
import { advance, found, given, mailTo, Recorder } from './live.js';

const recorder = new Recorder();
const baseURL = given('FRAGRANCES_URL');
const tokens = new MemoryTokenStore();
const api = new Fragrances({ baseURL, tokens, fetch: recorder.fetch, timeout: 60_000 });
const email = 'ada@example.com';
const password = 's3cret-enough';

const is = (status: number, code: string, more: Partial<ColonnadeError> = {}) => (error: unknown) => {
  assert.ok(error instanceof ColonnadeError, String(error));
  assert.deepEqual([error.status, error.code], [status, code]);
  assert.ok(error.requestId, 'the request has a name');
  for (const [name, value] of Object.entries(more))
    assert.deepEqual(error[name as keyof ColonnadeError], value, name);
  return true;
};

test('register, prove the address, sign in', async () => {
  const registered = await api.auth.register({ email, password, fullName: 'Ada Lovelace', experienceLevel: 'enthusiast' });
  assert.equal(registered.status, 201);
  assert.equal(registered.data.success, true);
  assert.equal(registered.data.message, 'Account created successfully. Please check your email for verification.');
  assert.deepEqual({ ...registered.data.user, id: '' }, { id: '', email, fullName: 'Ada Lovelace', emailConfirmed: false });
  assert.equal(registered.headers['location'], '/api/user/profile');

  await assert.rejects(api.auth.register({ email, password, fullName: 'Ada' }), is(400, 'DUPLICATE_RESOURCE', { field: 'email' }));
  await assert.rejects(api.auth.register({ email: 'new@example.com', password: 'password123', fullName: 'Ada' }), is(422, 'VALIDATION_ERROR', { field: 'password' }));
  await assert.rejects(api.auth.login({ email, password: 'wrong' }), is(401, 'INVALID_CREDENTIALS'));
  await assert.rejects(api.profile.get(), is(401, 'AUTHENTICATION_REQUIRED'));

  assert.equal((await api.auth.resendVerification(email)).data.success, true);
  assert.equal((await api.auth.verifyEmail(found(/token=([\w-]+)/, await mailTo(email)))).data.success, true);

  const { data } = await api.auth.login({ email, password, rememberMe: true });
  assert.equal(data.success, true);
  assert.deepEqual({ ...data.user, id: '' }, { id: '', email, fullName: 'Ada Lovelace', experienceLevel: 'enthusiast', emailConfirmed: true });
  assert.deepEqual(tokens.get(), { accessToken: data.accessToken, refreshToken: data.refreshToken });
});

test('read and change the profile', async () => {
  const { data: before } = await api.profile.get();
  assert.equal(before.experienceLevel, 'enthusiast');
  const { data } = await api.profile.update({ preferredScentTypes: ['woody'], privacySettings: { collectionPublic: true }, onboardingCompleted: true });
  assert.equal(data.success, true);
  assert.equal(data.message, 'Profile updated successfully');
  assert.deepEqual(data.profile.preferredScentTypes, ['woody']);
  assert.deepEqual(data.profile.privacySettings, { ...before.privacySettings, collectionPublic: true });
});

test('search with every filter, and complete what is typed', async () => {
  const { data, headers } = await api.fragrances.search({ search: 'savage diro', limit: 5, highlight: true });
  assert.match(data.fragrances[0]!.name, /Sauvage/);
  assert.match(data.fragrances[0]!.highlight!.name, /<em>/);
  assert.equal(data.fragrances[0]!.isInUserCollection, false);
  assert.equal(data.pagination.limit, 5);
  assert.ok(data.searchTime >= 0);
  assert.ok(Number(headers['x-ratelimit-limit'] ?? 200) > 0);

  const one = data.fragrances[0]!;
  const narrow = await api.fragrances.search({
    brand: [one.brand.id, 999_999], gender: ['Masculine', 'Unisex', 'Feminine'], family: [one.fragranceFamily], priceRange: ['Budget', 'Mid-range', 'Luxury', 'Niche'],
    concentration: [one.concentration], notes: [[...one.topNotes, ...one.middleNotes, ...one.baseNotes][0]!],
    yearFrom: one.launchYear!, yearTo: one.launchYear!, sortBy: 'name', sortOrder: 'desc', offset: 0, limit: 100, facets: ['brand', 'gender', 'family', 'priceRange', 'concentration', 'notes', 'year'],
  });
  assert.ok(narrow.data.fragrances.some(fragrance => fragrance.id === one.id));
  assert.ok(narrow.data.fragrances.every(fragrance => fragrance.brand.id === one.brand.id && fragrance.launchYear === one.launchYear));
  assert.deepEqual(Object.keys(narrow.data.facets!).sort(), ['brand', 'concentration', 'family', 'gender', 'notes', 'priceRange', 'year']);

  const unisex = await api.fragrances.search({ gender: 'Unisex', priceRange: 'Niche', sortBy: 'year', limit: 100 });
  assert.ok(unisex.data.pagination.total > 0);
  assert.ok(unisex.data.fragrances.every(fragrance => fragrance.gender === 'Unisex' && fragrance.priceRange === 'Niche'));
  await assert.rejects(api.fragrances.search({ limit: 0 }), is(400, 'VALIDATION_ERROR', { field: 'limit' }));

  assert.ok((await api.fragrances.suggest('sauv', { limit: 3 })).data.suggestions.some(suggestion => suggestion.text.includes('Sauvage')));
});

test('one fragrance, what is like it, and brands', async () => {
  const { data } = await api.fragrances.getById(1);
  assert.equal(data.id, 1);
  assert.equal(data.userCollection, undefined);
  const { data: { similar } } = await api.fragrances.getSimilar(1, { limit: 3 });
  assert.equal(similar.length, 3);
  assert.ok(similar[0]!.score >= similar[2]!.score && similar.every(other => other.id !== 1));
  await assert.rejects(api.fragrances.getById(999_999), is(404, 'RESOURCE_NOT_FOUND', { message: 'Fragrance not found' }));
  const { data: { brands } } = await api.fragrances.getBrands({ search: 'hermes', limit: 10 });
  assert.equal(brands[0]!.name, 'Hermès');
  assert.equal((await api.fragrances.getBrands()).data.brands.length, 50);
});

test('collect, change, list, remove', async () => {
  const { collection } = api;
  const added = await collection.addToCollection(
    { fragranceId: 1, rating: 5, personalNotes: 'rain on stone', purchaseDate: '2026-02-01', bottleSizeML: 100, seasons: ['autumn'] }, { idempotencyKey: 'first bottle' });
  assert.equal(added.status, 201);
  assert.equal(added.data.message, 'Fragrance added to collection');
  const { id } = added.data.collectionItem;

  const again = await collection.addToCollection(
    { fragranceId: 1, rating: 5, personalNotes: 'rain on stone', purchaseDate: '2026-02-01', bottleSizeML: 100, seasons: ['autumn'] }, { idempotencyKey: 'first bottle' });
  assert.deepEqual(again.data, added.data);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  await assert.rejects(collection.addToCollection({ fragranceId: 1 }), is(400, 'DUPLICATE_RESOURCE', { details: { collectionItemId: id } }));
  await assert.rejects(collection.addToCollection({ fragranceId: 999_999 }), is(404, 'RESOURCE_NOT_FOUND'));
  await assert.rejects(collection.addToCollection({ fragranceId: 2, rating: 9 }), is(422, 'VALIDATION_ERROR', { field: 'rating' }));

  const { data: changed } = await collection.updateCollectionItem(id, { rating: 4, timesWorn: 12, bottleSizeML: null });
  assert.equal(changed.message, 'Collection updated successfully');
  assert.deepEqual([changed.collectionItem.rating, changed.collectionItem.bottleSizeML, changed.collectionItem.personalNotes], [4, null, 'rain on stone']);
  assert.deepEqual((await collection.getCollectionItem(id)).data, changed.collectionItem);

  await collection.addToCollection({ fragranceId: 2, isWishlist: true });
  const { data: page } = await collection.getCollection({ owned: true, minRating: 4, sortBy: 'rating', sortOrder: 'asc', limit: 10, offset: 0 });
  assert.deepEqual(page.collection.map(item => item.id), [id]);
  assert.deepEqual([page.stats.totalOwned, page.stats.totalWishlist, page.stats.averageRating], [1, 1, 4]);
  assert.deepEqual((await api.fragrances.getById(1)).data.userCollection, { rating: 4, personalNotes: 'rain on stone', isOwned: true, isWishlist: false });
});

test('log wears, and see what they come to', async () => {
  const { collection } = api;
  const id = (await collection.getCollection({ owned: true })).data.collection[0]!.id;
  const { data, status } = await collection.logWear(id, { date: '2026-03-01', occasion: 'office', sprays: 3 });
  assert.equal(status, 201);
  assert.equal(data.wear.occasion, 'office');
  await collection.logWear(id, { date: '2026-02-01' });
  const { data: { wears, pagination } } = await collection.getWears(id, { limit: 1 });
  assert.deepEqual([wears[0]!.date, pagination.total, pagination.hasMore], ['2026-03-01', 2, true]);
  const { data: stats } = await collection.getStats({ year: 2026 });
  assert.deepEqual([stats.totals.owned, stats.year.wears, stats.year.mostWorn[0]!.wears], [1, 2, 2]);
  await collection.removeWear(id, data.wear.id);
  assert.equal((await collection.getWears(id)).data.pagination.total, 1);
});

test('export, remove, and bring back by import with review', async () => {
  const { collection } = api;
  const { data: document } = await collection.exportCollection();
  assert.equal(document.collection.length, 2);
  const { data: csv, headers } = await collection.exportCollection('csv');
  assert.match(headers['content-type']!, /^text\/csv/);
  assert.equal(csv.trim().split('\n').length, 3);

  for (const item of (await collection.getCollection()).data.collection)
    assert.equal((await collection.removeFromCollection(item.id)).data.message, 'Fragrance removed from collection');
  assert.equal((await collection.getCollection()).data.pagination.total, 0);

  const { data: draft } = await collection.importCollection(csv, { dryRun: true });
  assert.deepEqual(draft.rows.map(row => row.status), ['new', 'new']);
  assert.equal((await collection.getCollection()).data.pagination.total, 0);
  const { data: settled } = await collection.settleImportRow(draft.importId, draft.rows[1]!.row, { skip: true });
  assert.equal(settled.row.status, 'skipped');
  assert.equal((await collection.getImport(draft.importId)).data.summary['skipped'], 1);
  const { data: committed } = await collection.commitImport(draft.importId, { onConflict: 'merge' });
  assert.equal(committed.rows[0]!.outcome, 'added');
  assert.equal((await collection.getCollection()).data.pagination.total, 1);

  const { data: whole } = await collection.importCollection(document);
  assert.deepEqual(whole.rows.map(row => row.outcome).sort(), ['added', 'kept']);
  assert.equal((await collection.getCollection()).data.pagination.total, 2);
});

test('look at the collection of somebody who shows it', async () => {
  const owner = (await api.profile.get()).data.id;
  const visitor = new Fragrances({ baseURL, fetch: recorder.fetch, timeout: 60_000 });
  await visitor.auth.register({ email: 'grace@example.com', password, fullName: 'Grace Hopper' });
  const { data: { user } } = await visitor.auth.login({ email: 'grace@example.com', password });
  assert.equal((await visitor.collection.getPublicCollection(owner, { limit: 1 })).data.pagination.total, 2);
  await assert.rejects(api.collection.getPublicCollection(user.id), is(404, 'RESOURCE_NOT_FOUND'));
});

test('when the access token has expired, fifty calls refresh once, and each goes on', async () => {
  const before = tokens.get();
  await advance(31);
  const refreshes = recorder.count('POST', '/api/auth/refresh');
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.profile.get()));
  assert.ok(answers.every(answer => answer.data.email === email));
  assert.equal(recorder.count('POST', '/api/auth/refresh'), refreshes + 1);
  assert.notEqual(tokens.get()?.accessToken, before?.accessToken);
  assert.notEqual(tokens.get()?.refreshToken, before?.refreshToken);

  const { data, status } = await api.auth.refreshToken();
  assert.equal(status, 200);
  assert.equal(tokens.get()?.accessToken, data.accessToken);
  assert.equal((await api.profile.get()).status, 200);
});

test('reset a forgotten password, which ends every session', async () => {
  assert.equal((await api.auth.resetPassword(email)).data.message, 'Password reset email sent if account exists');
  const token = found(/token=([\w-]+)/, await mailTo(email));
  assert.equal((await api.auth.confirmPasswordReset({ token, password: 'an0ther-secret' })).data.success, true);
  await assert.rejects(api.auth.confirmPasswordReset({ token, password: 'an0ther-secret' }), is(400, 'VALIDATION_ERROR', { field: 'token' }));
  await assert.rejects(api.profile.get(), is(401, 'AUTHENTICATION_REQUIRED'));
  assert.equal(tokens.get(), undefined);
  await api.auth.login({ email, password: 'an0ther-secret' });
});

test('sign out', async () => {
  const { accessToken } = tokens.get()!;
  assert.equal((await api.auth.logout()).data.message, 'Logged out successfully');
  assert.equal(tokens.get(), undefined);
  await assert.rejects(new Fragrances({ baseURL, authToken: accessToken }).profile.get(), is(401, 'AUTHENTICATION_REQUIRED'));
});

test('the fifth wrong password locks, and the lock says for how long', async () => {
  for (let i = 0; i < 5; i++)
    await assert.rejects(api.auth.login({ email: 'nobody@example.com', password: 'wrong-1!' }), is(401, 'INVALID_CREDENTIALS'));
  await assert.rejects(api.auth.login({ email: 'nobody@example.com', password: 'wrong-1!' }), is(423, 'ACCOUNT_LOCKED', { retryAfter: 300 }));
});

recorder.expectAll('fragrances.openapi.json', ['POST /api/auth/refresh-token']);
