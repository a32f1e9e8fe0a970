/** Dragging a row of the queue to another place, with mouse, pen or finger. The keyboard has buttons for the same. */

export interface Drop {
  /** The request that was dragged. */
  moved: number;
  /** The one before which it was dropped; null: at the end. */
  before: number | null;
}

/** Follows the pointer from a press on the grip of `row` to its release; rows bear `data-request`. */
export function drag(press: PointerEvent, row: HTMLElement, done: (drop: Drop) => void): void {
  const list = row.parentElement;
  const moved = Number(row.dataset.request);
  if (!list || press.button !== 0) return;
  press.preventDefault();
  const listening = new AbortController();
  const { signal } = listening;
  const rows = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-request]')];
  let before: HTMLElement | null | undefined;
  row.classList.add('is-dragged');

  const mark = (target: HTMLElement | null | undefined) => {
    for (const other of rows()) other.classList.toggle('is-over', other === target);
  };
  document.addEventListener('pointermove', (event) => {
    before = rows().find((other) => event.clientY < middle(other)) ?? null;
    mark(before);
  }, { signal });
  const end = (dropped: boolean) => {
    listening.abort();
    row.classList.remove('is-dragged');
    mark(undefined);
    if (dropped && before !== undefined && before !== row && before !== row.nextElementSibling) {
      done({ moved, before: before ? Number(before.dataset.request) : null });
    }
  };
  document.addEventListener('pointerup', () => end(true), { signal });
  document.addEventListener('pointercancel', () => end(false), { signal });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') end(false); }, { signal });
}

function middle(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
