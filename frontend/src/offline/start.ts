/** On every page: what is kept on this machine is looked after, once a minute at most, and renewed; sign-out locks it. */

import { pageValue } from '../lib/dom';
import { t } from '../lib/i18n';
import { recall, remember } from '../lib/memory';
import { toast } from '../lib/toast';
import type { News } from './contact';
import { somethingKept } from './vault';

const ASKED = 'offline-asked';
const APART_MS = 60_000;
/** A page that stays open asks again after so long. */
const AGAIN_MS = 5 * 60_000;
const told = new WeakSet<News>();

export function initKept(): void {
  const { signedIn } = document.body.dataset;
  if (signedIn === undefined) return;
  lookAfter(signedIn);
  window.addEventListener('online', () => lookAfter(signedIn, true));
  setInterval(() => { if (!document.hidden && navigator.onLine) lookAfter(signedIn, true); }, AGAIN_MS);
}

function lookAfter(signedIn: string, now = false): void {
  if (!somethingKept()) return;
  const asked = recall<{ who: string; at: number }>('sessionStorage', ASKED);
  if (signedIn && !now && asked?.who === signedIn && Date.now() - asked.at < APART_MS) return void renewals();
  remember('sessionStorage', ASKED, { who: signedIn, at: Date.now() });
  void import('./contact').then(({ contact }) => contact(signedIn)).then(tell).then(renewals);
}

/** What was planned on a page that is closed by now is planned here. */
function renewals(): Promise<void> {
  return import('./renewing').then(({ planRenewals }) => planRenewals());
}

/** Says what is gone, and why nothing opens; the same news once. */
export function tell(news: News): void {
  if (told.has(news)) return;
  told.add(news);
  const { gone, locked } = news;
  for (const title of gone) {
    toast(t('“{title}” không còn xem được và đã được xóa khỏi máy này.', { title }), { tone: 'warning', hint: t('Tài liệu đã bị thu hồi, hoặc quý vị không còn trong số người được xem.') });
  }
  if (locked && !pageValue('user')) toast(t('Đã đăng xuất. Tài liệu đã lưu trên máy này được khóa lại.'), { hint: t('Đăng nhập lại để mở.'), seconds: 0 });
}
