/** `[data-print]` buttons print the page. */
export function initPrintButtons(): void {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-print]')) window.print();
  });
}
