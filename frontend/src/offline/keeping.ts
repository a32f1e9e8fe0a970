/** Taking a pack to this machine, and taking it off again. */

import { errorOf, getJson, requestHeaders, UserError } from '../lib/http';
import { t } from '../lib/i18n';
import { bodyOf, sizeOf, type Pack, type PackBody, type PackPaper } from './pack';
import { keyFrom, seal, sealJson, unsealJson } from './sealing';
import { all, copyId, get, keyOf, packId, put, remove, tidy, type PackRow } from './vault';

export const SHELF = '/offline/';
const WORKER = `${SHELF}worker.js`;

/** `done` of `all` bytes are here. */
export type Told = (done: number, all: number) => void;

/** What the server would give now, with its keys. */
export const offered = (address: string): Promise<Pack> => getJson<Pack>(address);

/** One tab at a time changes what is kept. */
export const alone = <Result>(work: () => Promise<Result>): Promise<Result> => navigator.locks.request('eoffice-offline', work);

/** Takes everything of `pack` that is not here yet. When it breaks off, what was kept before stays; else what was taken. */
export const keep = (pack: Pack, told: Told): Promise<PackRow> => alone(() => take(pack, told));

async function take(pack: Pack, told: Told): Promise<PackRow> {
  await navigator.storage.persist().catch(() => false);
  await putKeys(pack);
  const person = String(pack.person);
  const id = packId(person, pack.name);
  const here: PackPaper[] = [];
  const all = sizeOf(pack.papers);
  try {
    for (const paper of pack.papers) {
      const before = sizeOf(here);
      await takeCopy(person, paper, (bytes) => told(before + Math.min(bytes, paper.size), all));
      here.push(paper);
    }
    await takeWorker();
  } catch (error) {
    if (here.length && !(await get('packs', id))) await putPack(pack, bodyOf(pack, here), true);
    throw error;
  }
  await putPack(pack, bodyOf(pack, here), false);
  await tidy();
  const row = await get('packs', id);
  if (!row) throw noRoom();
  return row;
}

/** Takes a pack off this machine, with the copies that no other pack has. */
export const discard = (row: PackRow): Promise<void> => alone(async () => {
  await remove('packs', row.id);
  await tidy();
  if (!(await all('packs')).length) await leaveWorker();
});

/** The keys of the pack and of its papers, until the moment that the server says. */
export async function putKeys(pack: Pack): Promise<void> {
  const person = String(pack.person);
  const rows = [{ id: packId(person, pack.name), words: pack.key, until: pack.until },
    ...pack.papers.map(({ version, key, until }) => ({ id: copyId(person, version), words: key, until }))];
  for (const { id, words, until } of rows) await put('keys', { id, person, until: Date.parse(until), key: await keyFrom(words) });
}

/** Writes down what is kept of `pack`. */
export async function putPack(pack: Pack, body: PackBody, stale: boolean, before?: PackRow): Promise<void> {
  const person = String(pack.person);
  const id = packId(person, pack.name);
  const key = await keyOf(id);
  if (!key) return;
  await put('packs', {
    id, person, name: pack.name, address: pack.address, savedAt: before?.savedAt ?? Date.now(), until: Date.parse(pack.until),
    size: sizeOf(body.papers), versions: body.papers.map(({ version }) => version), stale, sealed: await sealJson(key, id, body),
  });
}

/** My marks of a paper that is kept, as they are now. */
export async function putMarks(id: string, marks: readonly unknown[]): Promise<void> {
  const [row, key] = await Promise.all([get('copies', id), keyOf(id)]);
  if (row && key) await put('copies', { ...row, marks: await sealJson(key, `${id}:marks`, marks) });
}

async function takeCopy(person: string, paper: PackPaper, told: (bytes: number) => void): Promise<void> {
  const id = copyId(person, paper.version);
  const key = await keyOf(id);
  if (!key) throw noRoom();
  const marks = await sealJson(key, `${id}:marks`, paper.marks);
  const row = await get('copies', id);
  const opens = row && (await unsealJson(key, `${id}:marks`, row.marks).then(() => true, () => false));
  const sealed = row && opens ? row.sealed : await seal(key, id, await bytesAt(paper.copy, told));
  await put('copies', { id, person, version: paper.version, sealed, marks });
}

async function bytesAt(address: string, told: (bytes: number) => void): Promise<ArrayBuffer> {
  const answer = await fetch(address, { credentials: 'same-origin', headers: requestHeaders('GET') }).catch(() => {
    throw new UserError('offline', t('Không kết nối được với máy chủ.'), t('Kiểm tra mạng rồi thử lại.'), {}, 0);
  });
  if (!answer.ok || !answer.body) throw await errorOf(answer);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = answer.body.getReader();
  for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
    parts.push(value);
    length += value.byteLength;
    told(length);
  }
  return new Blob(parts).arrayBuffer();
}

/** The page that opens without network is here, too, when this is done; every page of the site leads to it then. */
async function takeWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.register(WORKER, { scope: '/', updateViaCache: 'none' });
  await leaveWorker(SHELF); // one of an earlier release, which answered for that page alone
  const coming = registration.installing;
  if (registration.active || !coming) return;
  await new Promise<void>((resolve, reject) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve();
      else if (coming.state === 'redundant') reject(noRoom());
    });
  });
}

/** Nothing is kept: nobody stands between the pages and the network any more. */
async function leaveWorker(scope = '/'): Promise<void> {
  const whole = new URL(scope, window.location.href).href;
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    if (registration.scope === whole) await registration.unregister();
  }
}

/** What to say when the browser took nothing, whatever its reason. */
export function noRoom(): UserError {
  return new UserError('not-kept', t('Không lưu được trên máy này.'), t('Máy có thể đã hết chỗ. Xóa bớt gói đã lưu rồi thử lại.'));
}
