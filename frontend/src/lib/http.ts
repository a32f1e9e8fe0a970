/** Requests to our own site: CSRF, JSON, and errors that say what to do. */

import { t } from './i18n';

/** Said by the server to the person: `code` is stable, `hint` says what to do (eoffice/errors.py). */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly fields: Record<string, string> = {},
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The token that Django expects with every request that changes something. */
export function csrfToken(): string {
  const cookie = document.cookie.split('; ').find((part) => part.startsWith('csrftoken='));
  if (cookie) return decodeURIComponent(cookie.slice('csrftoken='.length));
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? '';
}

/** Headers of a request by our scripts. */
export function requestHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest' };
  if (!['GET', 'HEAD'].includes(method)) headers['X-CSRFToken'] = csrfToken();
  return headers;
}

/**
 * Sends a request and gives the JSON answer (undefined when there is none).
 * Throws `UserError`: the server's own, or one about the network, the session or our own fault.
 */
export async function request<T>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers = requestHeaders(method);
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: signal ?? null };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new UserError('offline', t('Không kết nối được với máy chủ.'), t('Kiểm tra mạng rồi thử lại.'), {}, 0);
  }
  if (!response.ok) throw await errorOf(response);
  if (signedOut(response)) throw sessionError();
  const type = response.headers.get('Content-Type') ?? '';
  return (type.includes('json') ? await response.json() : undefined) as T;
}

export const getJson = <T>(url: string, signal?: AbortSignal): Promise<T> => request<T>('GET', url, undefined, signal);
export const postJson = <T>(url: string, body?: unknown): Promise<T> => request<T>('POST', url, body ?? {});

/** The error in an answer, whoever wrote it. */
export async function errorOf(response: Response): Promise<UserError> {
  const data: unknown = await response.json().catch(() => undefined);
  if (isErrorBody(data)) return new UserError(data.code, data.message, data.hint ?? '', data.fields ?? {}, response.status);
  if (response.status === 401) return sessionError();
  if (response.status === 413) return new UserError('too-large', t('Tệp quá lớn.'), t('Chọn tệp nhỏ hơn.'), {}, 413);
  if (response.status === 404) {
    return new UserError('not-found', t('Không tìm thấy nội dung này.'), t('Nội dung có thể đã được thu hồi.'), {}, 404);
  }
  if (response.status === 403) {
    return new UserError('refused', t('Yêu cầu bị từ chối.'), t('Tải lại trang rồi thử lại.'), {}, 403);
  }
  return new UserError('server', t('Hệ thống gặp lỗi.'), t('Thử lại sau ít phút. Nếu vẫn lỗi, báo quản trị viên.'), {}, response.status);
}

function sessionError(): UserError {
  return new UserError('signed-out', t('Phiên đăng nhập đã hết.'), t('Đăng nhập lại; nội dung đang nhập được giữ nguyên.'), {}, 401);
}

/** True when a redirect led to the sign-in page: the session is over. */
function signedOut(response: Response): boolean {
  return response.redirected && new URL(response.url).pathname === signInPath();
}

/** Path of the sign-in page, as the template says. */
export function signInPath(): string {
  return document.body.dataset.signIn ?? '/account/login/';
}

interface ErrorBody { code: string; message: string; hint?: string; fields?: Record<string, string> }

function isErrorBody(data: unknown): data is ErrorBody {
  return typeof data === 'object' && data !== null && 'code' in data && 'message' in data
    && typeof data.code === 'string' && typeof data.message === 'string';
}
