/** `data-key="ArrowLeft"` on a link: the key follows it, unless somebody types or is within a control that uses the key itself. */
export function initKeyLinks(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, dialog, eo-picker, [contenteditable], [data-grid-keys]')) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const link = document.querySelector(`a[data-key="${CSS.escape(key)}"]`);
    if (link instanceof HTMLAnchorElement) {
      event.preventDefault();
      link.click();
    }
  });
}

/** Arrow keys go from cell to cell of a `[data-grid-keys]` table, over cells that hold nothing to focus. */
export function initGridKeys(): void {
  const steps: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    const cell = event.target instanceof Element ? event.target.closest('[data-grid-keys] td') : null;
    const table = cell?.closest('table');
    if (!step || !table || !(cell instanceof HTMLTableCellElement) || !(cell.parentElement instanceof HTMLTableRowElement)) return;
    event.preventDefault();
    let row = cell.parentElement.rowIndex + step[0];
    let column = cell.cellIndex + step[1];
    for (let next = table.rows[row]?.cells[column]; next; next = table.rows[row]?.cells[column]) {
      const inside = next.querySelector('a, [tabindex]');
      if (inside instanceof HTMLElement) {
        inside.focus();
        return;
      }
      row += step[0];
      column += step[1];
    }
  });
}
