/** htmx under our rules: CSRF once for all requests, errors as notices, an ended session as a sign-in. */

import htmx from 'htmx.org';

import { csrfToken, signInPath } from './http';
import { t } from './i18n';
import { shelf, toast } from './toast';

interface SwapDetail { xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean; target: Element; swapOverride?: string }

/** Sets up htmx. No `eval`, no inline style, only our own host: the content security policy holds. */
export function initHtmx(): void {
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  htmx.config.selfRequestsOnly = true;
  htmx.config.historyCacheSize = 0;
  document.addEventListener('htmx:configRequest', (event) => {
    (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers['X-CSRFToken'] = csrfToken();
  });
  document.addEventListener('htmx:beforeSwap', (event) => handleAnswer((event as CustomEvent<SwapDetail>).detail, event));
  document.addEventListener('htmx:oobBeforeSwap', (event) => replaceTwins((event as CustomEvent<{ fragment: ParentNode }>).detail.fragment));
  document.addEventListener('htmx:sendError', () => {
    toast(t('Không kết nối được với máy chủ.'), { tone: 'danger', hint: t('Kiểm tra mạng rồi thử lại.') });
  });
  document.addEventListener('htmx:timeout', () => {
    toast(t('Máy chủ trả lời quá chậm.'), { tone: 'danger', hint: t('Thử lại sau ít phút.') });
  });
}

function handleAnswer(detail: SwapDetail, event: Event): void {
  const { xhr } = detail;
  if (new URL(xhr.responseURL || window.location.href, window.location.href).pathname === signInPath()) {
    event.preventDefault();
    const here = window.location.pathname + window.location.search;
    window.location.assign(`${signInPath()}?next=${encodeURIComponent(here)}`);
    return;
  }
  if (xhr.status === 422) {
    detail.shouldSwap = true;
    detail.isError = false;
  } else if (xhr.status >= 400) {
    detail.shouldSwap = false;
    showError(xhr);
  }
}

/** A line that is added again (the answer to a request that was repeated) takes the place of the first. */
function replaceTwins(added: ParentNode): void {
  if (!(added instanceof Element)) return; // not a line added to a list: an element that replaces its own namesake
  for (const line of added.children) if (line.id) document.getElementById(line.id)?.remove();
}

function showError(xhr: XMLHttpRequest): void {
  const answer = new DOMParser().parseFromString(xhr.responseText, 'text/html');
  const said = answer.querySelector('[data-toast]');
  if (said) shelf('danger').append(document.adoptNode(said));
  else toast(t('Hệ thống gặp lỗi.'), { tone: 'danger', hint: t('Thử lại sau ít phút. Nếu vẫn lỗi, báo quản trị viên.') });
}
