import { beforeEach, expect, test } from 'vitest';

import { UserError } from '../../lib/http';
import type { Said } from './comment';
import { CommentStore } from './store';

const ADDRESSES = { list: '/papers/7/comments/', say: '/v/{version}/{key}/', remove: '/c/{key}/delete/', restore: '/c/{key}/restore/', settle: '/c/{key}/settle/' };
const PLACE = { version: 3, page: 2, rectangles: [], quote: 'chữ', prefix: '', suffix: '' };
const OFFLINE = new UserError('offline', 'Không kết nối được.', '', {}, 0);

let posted: [string, unknown][];
let answers: (UserError | undefined)[];
beforeEach(() => { localStorage.clear(); posted = []; answers = []; });

function page(): CommentStore {
  const post = (url: string, body?: unknown): Promise<unknown> => {
    posted.push([url, body]);
    const error = answers.shift();
    return error ? Promise.reject(error) : Promise.resolve(undefined);
  };
  const said: Said = { open: true, handles: false, comments: [] };
  return new CommentStore(7, ADDRESSES, () => undefined, post, () => Promise.resolve(said));
}

test('a comment goes only when it is sent, and what is written survives a reload', async () => {
  const first = page();
  first.begin(PLACE);
  first.write({ ...first.draft!, text: 'Nêu nguồn.' });
  expect(posted).toEqual([]);
  const store = page();
  expect(store.draft?.text).toBe('Nêu nguồn.');
  expect(await store.send()).toBe(true);
  expect(posted).toHaveLength(1);
  expect(posted[0]?.[1]).toMatchObject({ page: 2, quote: 'chữ', text: 'Nêu nguồn.', to: null });
  expect([store.draft, localStorage.length]).toEqual([undefined, 0]);
});

test('what could not be sent stays, and is the same comment when it is sent again', async () => {
  answers = [OFFLINE];
  const store = page();
  store.begin(PLACE);
  store.write({ ...store.draft!, text: 'Nêu nguồn.' });
  expect(await store.send()).toBe(false);
  expect([store.refusal?.code, store.draft?.text, store.sending]).toEqual(['offline', 'Nêu nguồn.', false]);
  await store.send();
  expect(posted[0]?.[0]).toBe(posted[1]?.[0]);
});

test('words chosen while a comment is being written move it there', () => {
  const store = page();
  store.begin(PLACE);
  store.write({ ...store.draft!, text: 'Nêu nguồn.' });
  store.begin({ ...PLACE, page: 5, quote: 'câu khác' });
  expect([store.draft?.page, store.draft?.text]).toEqual([5, 'Nêu nguồn.']);
});
