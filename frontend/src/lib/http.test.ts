import { afterEach, describe, expect, it, vi } from 'vitest';

import { UserError, getJson, postJson } from './http';

function answers(body: unknown, init: ResponseInit & { url?: string; redirected?: boolean } = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  vi.stubGlobal('fetch', vi.fn(async () => {
    const response = new Response(text, { headers: { 'Content-Type': 'application/json' }, ...init });
    if (init.redirected) Object.defineProperties(response, { redirected: { value: true }, url: { value: init.url } });
    return response;
  }));
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, got ${String(error)}`);
  return error;
}

afterEach(() => vi.unstubAllGlobals());

describe('a request', () => {
  it('gives the JSON answer', async () => {
    answers({ results: [1] });
    expect(await getJson('/x/')).toEqual({ results: [1] });
  });

  it('carries the CSRF token only when it changes something', async () => {
    document.cookie = 'csrftoken=abc';
    answers({});
    await getJson('/x/');
    await postJson('/x/');
    const headers = vi.mocked(fetch).mock.calls.map(([, init]) => init?.headers);
    expect(headers[0]).not.toHaveProperty('X-CSRFToken');
    expect(headers[1]).toHaveProperty('X-CSRFToken', 'abc');
  });

  it("throws the server's own error with its hint", async () => {
    answers({ code: 'late', message: 'Muộn.', hint: 'Gọi văn phòng.', fields: { due: 'Đã qua.' } }, { status: 409 });
    const error = await failure(getJson('/x/'));
    expect(error).toMatchObject({ code: 'late', message: 'Muộn.', hint: 'Gọi văn phòng.', status: 409 });
    expect(error.fields).toEqual({ due: 'Đã qua.' });
  });

  it.each([[401, 'signed-out'], [403, 'refused'], [404, 'not-found'], [413, 'too-large'], [500, 'server']])(
    'explains a bare %i', async (status, code) => {
      answers('<html>', { status });
      const error = await failure(getJson('/x/'));
      expect(error.code).toBe(code);
      expect(error.hint).not.toBe('');
    },
  );

  it('says that the network is gone', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => { throw new TypeError('Failed to fetch'); }));
    expect((await failure(getJson('/x/'))).code).toBe('offline');
  });

  it('notices that it was led to the sign-in page', async () => {
    answers('<html>', { redirected: true, url: 'http://localhost:3000/account/login/?next=/x/' });
    expect((await failure(getJson('/x/'))).code).toBe('signed-out');
  });
});
