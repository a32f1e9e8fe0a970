/** Opening what is kept: packs by person, copies with their marks. */

import type { Mark } from '../documents/annotations/mark';
import { recall, remember } from '../lib/memory';
import { bodyIn } from './contact';
import type { KeptPaper, PackBody } from './pack';
import { unseal, unsealJson } from './sealing';
import { all, copyId, get, keyOf, type PackRow } from './vault';

const PAGE = 'offline-page:';

export interface OpenPack { row: PackRow; body: PackBody }

export interface Shelf { packs: OpenPack[]; /** So many cannot be opened before somebody signs in. */ locked: number }

export interface OpenCopy { id: string; paper: KeptPaper; bytes: ArrayBuffer; marks: Mark[]; /** Where the reading stopped. */ page: number }

export async function openShelf(now = Date.now()): Promise<Shelf> {
  const rows = (await all('packs')).filter(({ until }) => until > now).sort((one, other) => other.savedAt - one.savedAt);
  const packs: OpenPack[] = [];
  for (const row of rows) {
    const body = await bodyIn(row);
    if (body) packs.push({ row, body });
  }
  return { packs, locked: rows.length - packs.length };
}

/** The copy of a paper; undefined when it is not here or may not be opened. */
export async function openCopy(person: string, paper: KeptPaper): Promise<OpenCopy | undefined> {
  const id = copyId(person, paper.version);
  const [row, key] = await Promise.all([get('copies', id), keyOf(id)]);
  if (!row || !key) return undefined;
  try {
    const [bytes, marks] = await Promise.all([unseal(key, id, row.sealed), unsealJson<Mark[]>(key, `${id}:marks`, row.marks)]);
    return { id, paper, bytes, marks, page: recall<number>('localStorage', PAGE + id) ?? 1 };
  } catch {
    return undefined; // sealed with another key
  }
}

/** The reading goes on there when the copy is opened the next time. */
export const stopAt = (id: string, page: number): void => remember('localStorage', PAGE + id, page);
