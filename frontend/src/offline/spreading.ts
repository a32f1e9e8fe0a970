/** Moments that differ from one person to another and stay the same for each. Pure. */

/** A moment from 0 to `span` milliseconds, by `name`: FNV-1a, evenly enough for hundreds of names. */
export function momentWithin(span: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0; // names that end alike would lie near each other
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39) >>> 0;
  return Math.floor(((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000 * span);
}
