import { describe, expect, it } from 'vitest';

import { UserError } from '../lib/http';
import type { Keep } from './kept';
import { Outbox, type Unsent } from './outbox';

/** A queue with a line that can be cut, and a server that refuses what it does not like. */
function desk(kept: { value?: Unsent[] } = {}) {
  const line = { up: true, sent: [] as string[], keys: [] as string[], answer: undefined as (() => void) | undefined };
  const keep: Keep<Unsent[]> = { read: () => kept.value, write: (value) => { kept.value = structuredClone(value); } };
  const outbox = new Outbox({
    keep, ready: () => line.up, onChange: () => undefined,
    send: async ({ key, text }) => {
      line.keys.push(key);
      line.sent.push(text);
      if (text === 'dở') throw new UserError('line-lost', 'Mất mạng');
      if (text === 'cấm') throw new UserError('too-fast', 'Gửi quá nhanh.');
    },
  });
  return { line, outbox, kept };
}

const settled = () => new Promise((resolve) => { setTimeout(resolve); });

describe('what is written without a line', () => {
  it('waits in sight, and goes in order once the line is back', async () => {
    const { line, outbox } = desk();
    line.up = false;
    outbox.write({ text: 'một' });
    outbox.write({ text: 'hai' });
    await settled();
    expect([line.sent, outbox.entries.map(({ message }) => message.text)]).toEqual([[], ['một', 'hai']]);
    line.up = true;
    outbox.flush();
    outbox.flush();
    await settled();
    expect([line.sent, outbox.entries.length]).toEqual([['một', 'hai'], 0]);
  });

  it('survives a reload under the same key', async () => {
    const before = desk();
    before.line.up = false;
    before.outbox.write({ text: 'giữ' });
    const after = desk(before.kept);
    after.outbox.flush();
    await settled();
    expect(after.line.keys).toEqual([before.outbox.entries[0]?.message.key]);
  });

  it('can be taken back', async () => {
    const { line, outbox } = desk();
    line.up = false;
    outbox.write({ text: 'thôi' });
    outbox.drop(outbox.entries[0]?.message.key ?? '');
    line.up = true;
    outbox.flush();
    await settled();
    expect(line.sent).toEqual([]);
  });

  it('is sent again with its key when the line broke under it, unless it has arrived', async () => {
    const { line, outbox } = desk();
    line.up = true;
    const cut = outbox.entries;
    expect(cut).toEqual([]);
    outbox.write({ text: 'dở' });
    line.up = false;
    await settled();
    expect(outbox.entries).toHaveLength(1);
    outbox.arrived(new Set(line.keys));
    line.up = true;
    outbox.flush();
    await settled();
    expect(line.sent).toEqual(['dở']);
  });

  it('stays with its reason when the server refuses it, and lets the others pass', async () => {
    const { line, outbox } = desk();
    outbox.write({ text: 'cấm' });
    outbox.write({ text: 'được' });
    await settled();
    expect(line.sent).toEqual(['cấm', 'được']);
    expect(outbox.entries).toMatchObject([{ refused: 'Gửi quá nhanh.', message: { text: 'cấm' } }]);
    outbox.retry(outbox.entries[0]?.message.key ?? '');
    await settled();
    expect(line.sent).toEqual(['cấm', 'được', 'cấm']);
  });
});
