/** `[data-back]` buttons lead to the page before, or to the first page when there is none. */
export function initBackButtons(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-back]')) return;
    if (window.history.length > 1) window.history.back();
    else window.location.assign('/');
  });
}
