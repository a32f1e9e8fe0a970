/** How much the line carries: sized transfers to and from our server, larger ones as long as they are quick. No DOM. */

import { requestHeaders } from '../lib/http';

/** Bytes of the transfers. All of them are 1.3 MB; a slow line is known after the first. */
const SIZES: readonly number[] = [50_000, 250_000, 1_000_000];
/** A transfer that took so long has measured the line. */
const LONG_MS = 1_500;
/** More than any site needs: no reason to load the line further, hundreds of sites test at a time. */
const PLENTY_KBIT = 8_000;
const GIVE_UP_MS = 8_000;

export function kbitPerSecond(bytes: number, ms: number): number {
  return (bytes * 8) / Math.max(ms, 1);
}

/** kbit/s down; undefined when nothing comes. Counts what came until a transfer was given up. */
export function downRate(url: string): Promise<number | undefined> {
  return growing(async (size, signal, came) => {
    const response = await fetch(`${url}?size=${size}`, { signal, credentials: 'same-origin', headers: requestHeaders('GET') });
    const reader = response.ok ? response.body?.getReader() : undefined;
    if (!reader) throw new TypeError('no body');
    for (let part = await reader.read(); !part.done; part = await reader.read()) came(part.value.length);
  });
}

/** kbit/s up; undefined when nothing goes. */
export function upRate(url: string): Promise<number | undefined> {
  return growing(async (size, signal, came) => {
    const headers = { ...requestHeaders('POST'), 'Content-Type': 'application/octet-stream' };
    const response = await fetch(url, { method: 'POST', body: noise(size), signal, credentials: 'same-origin', headers });
    if (!response.ok) throw new TypeError('refused');
    await response.arrayBuffer();
    came(size);
  });
}

type Transfer = (size: number, signal: AbortSignal, came: (bytes: number) => void) => Promise<void>;

async function growing(transfer: Transfer): Promise<number | undefined> {
  let rate: number | undefined;
  for (const size of SIZES) {
    let bytes = 0;
    const began = performance.now();
    try {
      await transfer(size, AbortSignal.timeout(GIVE_UP_MS), (more) => { bytes += more; });
    } catch {
      return bytes ? kbitPerSecond(bytes, performance.now() - began) : rate;
    }
    const took = performance.now() - began;
    rate = kbitPerSecond(bytes, took);
    if (took >= LONG_MS || (rate >= PLENTY_KBIT && size > SIZES[0]!)) break;
  }
  return rate;
}

/** What no proxy can make smaller. */
function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, size)));
  return bytes;
}
