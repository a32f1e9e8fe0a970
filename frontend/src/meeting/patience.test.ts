import { expect, test } from 'vitest';

import { Patience } from './patience';

test('pictures wait a round trip and a half on a line that loses, and no longer when it is calm', () => {
  const patience = new Patience();
  patience.look({ packets: 200, asked: 0, rtt: 100 });
  expect(patience.wait).toBeNull();
  patience.look({ packets: 400, asked: 8, rtt: 100 });
  expect(patience.wait).toBe(190);
  for (let look = 0; look < 9; look += 1) patience.look({ packets: 600 + look, asked: 8, rtt: 100 });
  expect(patience.wait).toBe(190);
  patience.look({ packets: 700, asked: 8, rtt: 100 });
  expect(patience.wait).toBeNull();
});

test('a rare loss is not worth a delay, and a slow line is not waited for without end', () => {
  const patience = new Patience();
  patience.look({ packets: 1000, asked: 3, rtt: 100 });
  expect(patience.wait).toBeNull();
  patience.look({ packets: 1100, asked: 20, rtt: 900 });
  expect(patience.wait).toBe(400);
});
