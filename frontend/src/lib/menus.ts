/** Menus made of <details data-menu>: one open at a time, closed by Escape and by a press elsewhere. */

import { findAll } from './dom';

export function initMenus(): void {
  const open = () => findAll(document, 'details[data-menu][open]', HTMLDetailsElement);
  document.addEventListener('click', (event) => {
    for (const menu of open()) if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  });
  document.addEventListener('focusin', (event) => {
    for (const menu of open()) if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}
