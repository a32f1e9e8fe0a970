/** Light, dark, or as the device says. Kept in a cookie, so that the server draws the page right at once. */

import { findAll } from './dom';

const YEAR_S = 365 * 24 * 3600;

/** The select in the person's menu: "auto", "light" or "dark". */
export function initTheme(): void {
  document.addEventListener('change', (event) => {
    const select = event.target;
    if (select instanceof HTMLSelectElement && select.matches('[data-theme-choice]')) setTheme(select.value);
  });
  for (const select of findAll(document, '[data-theme-choice]', HTMLSelectElement)) {
    select.value = document.documentElement.dataset.theme ?? 'auto';
  }
}

export function setTheme(theme: string): void {
  const root = document.documentElement;
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
}
