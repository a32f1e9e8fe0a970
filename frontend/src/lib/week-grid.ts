/** The grid of a week: a card is dragged to another cell, or moved by the dialog that its "Chuyển sang…" opens. */

import { find, findAll, must } from './dom';

/** One form for both ways: where a reason is needed, or nothing was dropped, the person fills it in. */
export function initWeekGrid(): void {
  const dialog = find(document, '#week-move', HTMLDialogElement);
  if (!dialog) return;
  const form = must(dialog, 'form', HTMLFormElement);
  const leader = must(form, '[name="leader"]', HTMLSelectElement);
  const slot = must(form, '[name="slot"]', HTMLSelectElement);
  const reason = find(form, '[name="reason"]', HTMLTextAreaElement);

  const aim = (card: HTMLElement, cell: HTMLElement): void => {
    form.action = card.dataset.move ?? '';
    must(form, '[name="version"]', HTMLInputElement).value = card.dataset.version ?? '';
    must(dialog, '[data-what]', HTMLElement).textContent = find(card, 'a', HTMLAnchorElement)?.textContent ?? '';
    leader.value = cell.dataset.leader ?? '';
    slot.value = cell.dataset.slot ?? '';
  };

  document.addEventListener('click', (event) => {
    const pressed = event.target instanceof Element ? event.target : null;
    if (pressed?.closest('[data-close]')) dialog.close();
    const link = pressed?.closest<HTMLElement>('[data-week-move]');
    const card = link?.closest<HTMLElement>('[data-move]');
    const cell = link?.closest<HTMLElement>('[data-slot]');
    if (!card || !cell) return;
    event.preventDefault();
    aim(card, cell);
    dialog.showModal();
  });

  let dragged: HTMLElement | null = null;
  const cellOf = (event: Event) => (event.target instanceof Element ? event.target.closest<HTMLElement>('[data-slot]') : null);
  const mark = (over: HTMLElement | null) => {
    for (const cell of findAll(document, '[data-slot]', HTMLElement)) cell.classList.toggle('is-over', cell === over);
  };
  document.addEventListener('dragstart', (event) => {
    dragged = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-move]') : null;
    if (dragged && event.dataTransfer) {
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', dragged.id);
      event.dataTransfer.setDragImage(dragged, 12, 12);
    }
  });
  document.addEventListener('dragover', (event) => {
    const cell = cellOf(event);
    if (!dragged || !cell) return;
    event.preventDefault();
    mark(cell);
  });
  document.addEventListener('dragend', () => {
    dragged = null;
    mark(null);
  });
  document.addEventListener('drop', (event) => {
    const cell = cellOf(event);
    if (!dragged || !cell) return;
    event.preventDefault();
    const from = dragged.closest('[data-slot]');
    if (cell === from) return;
    aim(dragged, cell);
    if (reason) dialog.showModal();
    else form.requestSubmit();
  });
}
