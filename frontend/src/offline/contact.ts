/**
 * What is kept here, whenever the server can be reached: papers that the person may not read any more go, and keys are handed
 * out anew or end.
 */

import { UserError } from '../lib/http';
import { alone, offered, putKeys, putMarks, putPack, SHELF } from './keeping';
import { compare, type Pack, type PackBody } from './pack';
import { unsealJson } from './sealing';
import { all, copyId, keyOf, lock, packId, remove, tidy, type PackRow } from './vault';

/** What became of it: titles that are gone, and whether it is locked until the next sign-in. */
export interface News { gone: string[]; locked: boolean }

let running: Promise<News> | undefined;

/** Asks the server about everything kept. `signedIn`: who is, "" nobody, undefined: the page does not know. Never throws. */
export function contact(signedIn: string | undefined): Promise<News> {
  running ??= alone(() => ask(signedIn)).catch(() => ({ gone: [], locked: false })).finally(() => { running = undefined; });
  return running;
}

async function ask(signedIn: string | undefined): Promise<News> {
  const news: News = { gone: [], locked: false };
  const rows = await all('packs');
  for (const person of new Set(rows.map((row) => row.person))) {
    if (signedIn !== undefined && signedIn !== person) news.locked = (await lock(person)) || news.locked;
  }
  for (const row of rows) if (signedIn === undefined || row.person === signedIn) await askAbout(row, news);
  await tidy();
  if (rows.length) void navigator.serviceWorker.getRegistration(SHELF).then((registration) => registration?.update()).catch(() => undefined);
  return { gone: [...new Set(news.gone)], locked: news.locked };
}

async function askAbout(row: PackRow, news: News): Promise<void> {
  try {
    const pack = await offered(row.address);
    if (String(pack.person) !== row.person) news.locked = (await lock(row.person)) || news.locked;
    else await settle(row, pack, news);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.status === 401) news.locked = (await lock(row.person)) || news.locked;
    if (error.status === 404) await forgetPack(row, news);
  }
}

async function settle(row: PackRow, pack: Pack, news: News): Promise<void> {
  await putKeys(pack);
  const body = await bodyIn(row);
  if (!body) return remove('packs', row.id); // sealed with a key that the server does not have any more
  const { body: now, gone, stale } = compare(body, pack);
  news.gone.push(...gone.map(({ title }) => title));
  await putPack(pack, now, stale, row);
  for (const { version, marks } of pack.papers) await putMarks(copyId(row.person, version), marks);
  return undefined;
}

async function forgetPack(row: PackRow, news: News): Promise<void> {
  const body = await bodyIn(row);
  if (body) news.gone.push(body.title);
  await remove('packs', row.id);
}

/** What a kept pack says; undefined while its key is not here. */
export async function bodyIn(row: PackRow): Promise<PackBody | undefined> {
  const key = await keyOf(packId(row.person, row.name));
  return key && unsealJson<PackBody>(key, row.id, row.sealed).catch(() => undefined);
}
