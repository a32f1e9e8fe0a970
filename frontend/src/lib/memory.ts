/** What this browser remembers. Its storage may be forbidden, full or closed: then nothing is, and the page works. */

export type Storing = 'localStorage' | 'sessionStorage';

export function recall<Value>(storing: Storing, key: string): Value | undefined {
  try {
    const text = window[storing].getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Value | null ?? undefined);
  } catch {
    return undefined;
  }
}

export function remember(storing: Storing, key: string, value: unknown): void {
  try {
    window[storing].setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}

export function forget(storing: Storing, key: string): void {
  try {
    window[storing].removeItem(key);
  } catch {
    return;
  }
}

/** Everything remembered under a key that begins so. */
export function recallAll<Value>(storing: Storing, prefix: string): Value[] {
  try {
    const keys = Object.keys(window[storing]).filter((key) => key.startsWith(prefix));
    return keys.map((key) => recall<Value>(storing, key)).filter((value) => value !== undefined);
  } catch {
    return [];
  }
}
