/**
 * What this browser keeps to be read without network: sealed packs and copies, and keys that it can use and not show
 * (docs/adr/0059). Rows bear the person's number; the name of a row is `<person>:<pack's name or version>`.
 */

import type { Sealed } from './sealing';

export interface PackRow {
  id: string;
  person: string;
  name: string;
  address: string;
  savedAt: number;
  until: number;
  size: number;
  /** Rows of versions whose copies belong to it. */
  versions: number[];
  stale: boolean;
  sealed: Sealed;
}

export interface CopyRow { id: string; person: string; version: number; sealed: Sealed; marks: Sealed }

export interface KeyRow { id: string; person: string; until: number; key: CryptoKey }

interface Rows { packs: PackRow; copies: CopyRow; keys: KeyRow }

export const copyId = (person: string, version: number): string => `${person}:version-${version}`;
export const packId = (person: string, name: string): string => `${person}:${name}`;

const DATABASE = 'eoffice-offline';
const STORES = ['packs', 'copies', 'keys'] as const;
/** Says without opening the database that something lies in it. */
const MARK = 'offline-kept';

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => { for (const store of STORES) request.result.createObjectStore(store, { keyPath: 'id' }); };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
  return opened;
}

async function act<Result>(store: keyof Rows, mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const transaction = (await database()).transaction(store, mode);
  const request = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error(`${store} refused`));
    transaction.onerror = () => reject(transaction.error ?? new Error(`${store} refused`));
  });
}

export const all = <Store extends keyof Rows>(store: Store): Promise<Rows[Store][]> => act(store, 'readonly', (rows) => rows.getAll() as IDBRequest<Rows[Store][]>);

export const get = <Store extends keyof Rows>(store: Store, id: string): Promise<Rows[Store] | undefined> =>
  act(store, 'readonly', (rows) => rows.get(id) as IDBRequest<Rows[Store] | undefined>);

export async function put<Store extends keyof Rows>(store: Store, row: Rows[Store]): Promise<void> {
  localStorage.setItem(MARK, '1');
  await act(store, 'readwrite', (rows) => rows.put(row));
}

export async function remove(store: keyof Rows, id: string): Promise<void> {
  await act(store, 'readwrite', (rows) => rows.delete(id));
}

/** Something may lie here. */
export function somethingKept(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}

/** Whether this browser can keep anything: it needs an encrypted line (or this very machine), and storage. */
export function canKeep(): boolean {
  return window.isSecureContext && 'serviceWorker' in navigator && 'indexedDB' in window;
}

/** The key of a row, unless its time is over. */
export async function keyOf(id: string, now = Date.now()): Promise<CryptoKey | undefined> {
  const row = await get('keys', id);
  return row && row.until > now ? row.key : undefined;
}

/** Nothing of `person` can be opened from now on; true when something could before. */
export async function lock(person: string): Promise<boolean> {
  const keys = (await all('keys')).filter((row) => row.person === person);
  for (const { id } of keys) await remove('keys', id);
  return keys.length > 0;
}

/** Takes away what is over, and what no pack refers to any more. */
export async function tidy(now = Date.now()): Promise<void> {
  const [packs, copies, keys] = await Promise.all([all('packs'), all('copies'), all('keys')]);
  const live = packs.filter(({ until }) => until > now);
  const wanted = new Set(live.flatMap(({ id, person, versions }) => [id, ...versions.map((version) => copyId(person, version))]));
  const over = new Set(keys.filter(({ until }) => until <= now).map(({ id }) => id));
  for (const { id } of packs) if (!wanted.has(id)) await remove('packs', id);
  for (const { id } of copies) if (!wanted.has(id) || over.has(id)) await remove('copies', id);
  for (const { id } of keys) if (!wanted.has(id) || over.has(id)) await remove('keys', id);
  if (!live.length) localStorage.removeItem(MARK);
}
