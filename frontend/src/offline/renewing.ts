/**
 * Kept packs renew themselves: when the server has something newer, this machine takes it at a moment of its own within some
 * minutes, so that hundreds of places do not come at once. Not where the person asked the browser to save data.
 */

import { recall, remember, forget } from '../lib/memory';
import { keep, offered } from './keeping';
import { momentWithin } from './spreading';
import { all, get, keyOf, type PackRow } from './vault';

/** The machines come within this time after they heard of it. */
export const SPREAD_MS = 10 * 60_000;
/** Fired at the window when a pack was renewed. */
export const RENEWED = 'offline-renewed';
const DUE = 'offline-due:';
const planned = new Map<string, ReturnType<typeof setTimeout>>();

/** Plans the renewal of what is out of date; again: harmless. Never throws. */
export async function planRenewals(): Promise<void> {
  if (savesData()) return;
  const rows = await all('packs').catch(() => []);
  for (const row of rows) {
    if (!row.stale) forget('localStorage', DUE + row.id);
    else if (!planned.has(row.id) && (await keyOf(row.id))) plan(row);
  }
}

function plan({ id }: PackRow): void {
  const now = Date.now();
  const due = recall<number>('localStorage', DUE + id) ?? now + momentWithin(SPREAD_MS, id);
  remember('localStorage', DUE + id, due);
  planned.set(id, setTimeout(() => void renew(id), Math.max(0, due - now)));
}

/** What fails is planned anew when the server is next asked. */
async function renew(id: string): Promise<void> {
  try {
    const row = await get('packs', id);
    if (row?.stale && (await keyOf(id))) {
      const pack = await offered(row.address);
      if (String(pack.person) === row.person) await keep(pack, () => undefined);
      window.dispatchEvent(new CustomEvent(RENEWED));
    }
  } catch {
    return;
  } finally {
    forget('localStorage', DUE + id);
    planned.delete(id);
  }
}

function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
