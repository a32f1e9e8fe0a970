import { expect, it } from 'vitest';

import { initConfirmation } from './confirm';

it('asks once, however often the button is pressed', () => {
  document.body.innerHTML = '<form method="post" data-confirm="Hủy cuộc họp này?"></form>';
  const form = document.querySelector('form') as HTMLFormElement;
  initConfirmation();
  for (let press = 0; press < 2; press += 1) form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  expect(document.querySelectorAll('dialog')).toHaveLength(1);
});
