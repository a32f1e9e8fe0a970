/** Asking the server for a part of a paper's file. No DOM. */

export interface Part { bytes: ArrayBuffer; size: number }

/** The paper itself cannot be had: withdrawn, or the right has ended. */
export class Gone extends Error {}

/**
 * Bytes `first` to `last` (both included) of the file at `address`, and the size of the whole; the whole file from a server that
 * knows no ranges. Whoever `begins` to read a file asks for its beginning: parts that follow are of the same copy.
 */
export async function fetchPart(
  address: string, first: number, last: number, options: { begins: boolean; get?: typeof fetch; signal?: AbortSignal },
): Promise<Part> {
  const headers = { Range: `bytes=${first}-${last}`, 'X-Paper-Reader': options.begins ? 'begin' : 'more', Priority: 'u=6' };
  const answer = await (options.get ?? fetch)(address, { headers, priority: 'low', signal: options.signal ?? null });
  const words = `${address}: ${answer.status}`;
  if (answer.status >= 400 && answer.status < 500) throw new Gone(words);
  if (answer.status !== 206 && !(answer.status === 200 && first === 0)) throw new Error(words);
  const bytes = await answer.arrayBuffer();
  const whole = /\/(\d+)$/.exec(answer.headers.get('Content-Range') ?? '');
  return { bytes, size: whole ? Number(whole[1]) : bytes.byteLength };
}
