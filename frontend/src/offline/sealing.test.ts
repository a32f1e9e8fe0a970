import { expect, test } from 'vitest';

import { keyFrom, sealJson, unsealJson } from './sealing';

const words = btoa(String.fromCharCode(...Array.from({ length: 32 }, (_, index) => index)));
const others = btoa(String.fromCharCode(...Array.from({ length: 32 }, () => 7)));

test('what is sealed opens with the same key, which cannot be shown', async () => {
  const key = await keyFrom(words);
  const sealed = await sealJson(key, '4:version-9', { text: 'Giá đất' });
  expect(new TextDecoder().decode(sealed.bytes)).not.toContain('Giá đất');
  expect(await unsealJson(await keyFrom(words), '4:version-9', sealed)).toEqual({ text: 'Giá đất' });
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
});

test('another key, another name or a changed byte open nothing', async () => {
  const key = await keyFrom(words);
  const sealed = await sealJson(key, '4:version-9', ['Giá đất']);
  await expect(unsealJson(await keyFrom(others), '4:version-9', sealed)).rejects.toThrow();
  await expect(unsealJson(key, '4:version-8', sealed)).rejects.toThrow();
  const bytes = new Uint8Array(sealed.bytes.slice(0));
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await expect(unsealJson(key, '4:version-9', { ...sealed, bytes: bytes.buffer })).rejects.toThrow();
});
