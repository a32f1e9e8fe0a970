/** `[data-copy]` buttons copy the value of the field whose id they name. */

import { t } from './i18n';
import { toast } from './toast';

export function initCopyButtons(): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
    if (button instanceof HTMLElement) void copyFrom(button.dataset.copy ?? '');
  });
}

async function copyFrom(id: string): Promise<void> {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast(t('Đã chép.'), { tone: 'success' });
  } catch {
    toast(t('Trình duyệt không cho chép.'), { tone: 'warning', hint: t('Địa chỉ đã được bôi đen: bấm Ctrl+C.') });
  }
}
