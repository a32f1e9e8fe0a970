import { html, render } from 'lit';
import { beforeEach, describe, expect, it } from 'vitest';

import { Keeper, kept } from './kept';

const form = (keeper: Keeper, name: string) => html`<form ${kept(keeper, name)}><input name="topic"><select name="minutes"><option value="">–</option><option value="5">5</option></select></form>`;

/** The form as a page shows it that was opened anew. */
async function opened(keeper: Keeper, name = 'ask'): Promise<HTMLFormElement> {
  const page = document.createElement('div');
  document.body.append(page);
  render(form(keeper, name), page);
  await Promise.resolve();
  return page.querySelector('form') as HTMLFormElement;
}

function type(page: HTMLFormElement, text: string): void {
  const input = page.querySelector('input') as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

const typed = (page: HTMLFormElement) => page.querySelector('input')?.value;

beforeEach(() => { sessionStorage.clear(); });

describe('what is half-written', () => {
  it('lies there again after a reload, for the same person in the same meeting', async () => {
    type(await opened(new Keeper(7, 30)), 'Giải phóng mặt bằng');
    expect(typed(await opened(new Keeper(7, 30)))).toBe('Giải phóng mặt bằng');
    expect(typed(await opened(new Keeper(7, 31)))).toBe('');
    expect(typed(await opened(new Keeper(8, 30)))).toBe('');
  });

  it('is forgotten once it is sent', async () => {
    const keeper = new Keeper(7, 30);
    type(await opened(keeper), 'Đã gửi');
    keeper.forget('ask');
    expect([keeper.has('ask'), typed(await opened(keeper))]).toEqual([false, '']);
  });

  it('is not kept without a name: a secret opinion is written down nowhere', async () => {
    type(await opened(new Keeper(7, 30), ''), 'Phiếu kín');
    expect(sessionStorage.length).toBe(0);
  });
});
