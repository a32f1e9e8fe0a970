/** A button with `data-fill-NAME="value"` writes that value into the field NAME of its form: a proposed time is taken with one press. */
export function initFillButtons(): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const form = button?.form;
    if (!button || !form) return;
    const filled = button
      .getAttributeNames()
      .filter((name) => name.startsWith('data-fill-'))
      .map((name) => ({ field: form.elements.namedItem(name.slice('data-fill-'.length)), value: button.getAttribute(name) ?? '' }))
      .filter((one) => one.field instanceof HTMLInputElement) as { field: HTMLInputElement; value: string }[];
    if (!filled.length) return;
    for (const { field, value } of filled) field.value = value;
    for (const { field } of filled) field.dispatchEvent(new Event('change', { bubbles: true }));
    filled[0]?.field.focus();
  });
}
