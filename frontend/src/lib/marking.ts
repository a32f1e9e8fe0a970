/** The words that are selected in a conclusion go with its button "Tạo nhiệm vụ từ đoạn đã chọn". */

import { find } from './dom';

export function initMarking(): void {
  document.addEventListener('selectionchange', () => {
    const selection = document.getSelection();
    const text = selection && within(selection.anchorNode);
    if (!selection || !text || within(selection.focusNode) !== text) return;
    const quote = find(text.parentElement ?? document, 'input[name="quote"]', HTMLInputElement);
    if (quote) quote.value = selection.toString();
  });
}

/** The conclusion's text in which a place of the page lies. */
function within(place: Node | null): Element | null {
  const element = place instanceof Element ? place : (place?.parentElement ?? null);
  return element?.closest('[data-markable]') ?? null;
}
