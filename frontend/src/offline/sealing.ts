/** Sealing what is kept on this machine: AES-GCM with a key of the server's that this browser can use and not show. */

export interface Sealed { nonce: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer }

const NONCE_BYTES = 12;

/** The key out of the server's words (base64). */
export function keyFrom(words: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** `about` says what it is; it opens as nothing else. */
export async function seal(key: CryptoKey, about: string, bytes: BufferSource): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return { nonce, bytes: await crypto.subtle.encrypt(options(nonce, about), key, bytes) };
}

/** Throws when it was changed, is something else, or was sealed with another key. */
export function unseal(key: CryptoKey, about: string, { nonce, bytes }: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(options(nonce, about), key, bytes);
}

export function sealJson(key: CryptoKey, about: string, value: unknown): Promise<Sealed> {
  return seal(key, about, new TextEncoder().encode(JSON.stringify(value)));
}

export async function unsealJson<Value>(key: CryptoKey, about: string, sealed: Sealed): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await unseal(key, about, sealed))) as Value;
}

function options(nonce: Uint8Array<ArrayBuffer>, about: string): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(about) };
}
