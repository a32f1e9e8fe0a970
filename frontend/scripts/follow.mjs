/**
 * Follows a meeting as the room's page does, for tests/meetings/test_room_follows.py: reads {"steps": [{tab, act, messages,
 * state, whole}, …], "atOnce": [key, …], "ofTheTab": [key, …]}, applies each step's messages to what its tab shows with the
 * page's own reducer, and prints how that differs from what `state` shows; nothing when it never does. `whole`: everything
 * must agree but the keys `ofTheTab`; otherwise only those `atOnce`. Node runs the TypeScript as it stands.
 */
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

registerHooks({
  resolve(specifier, context, next) {
    return next(specifier.startsWith('.') && !/\.\w+$/.test(specifier) ? `${specifier}.ts` : specifier, context);
  },
});
const { EMPTY, reduce } = await import('../src/meeting/store.ts');
const { Roster } = await import('../src/meeting/roster.ts');
const { myBallot } = await import('../src/meeting/voting.ts');
const { steps, atOnce, ofTheTab } = JSON.parse(readFileSync(0, 'utf8'));
const everything = Object.keys(EMPTY).filter((key) => !ofTheTab.includes(key));

/** A field as it is shown: of each question, my ballot; of the roster what everybody is told, not what only the site board is. */
function plain(room, key) {
  const value = room[key];
  if (key === 'voting') return { polls: value.polls, ballots: value.polls.map(({ id }) => myBallot(value, id)) };
  if (!(value instanceof Roster)) return value;
  const branch = ({ id, name, below, sites, total, connected }) => ({ id, name, sites, total, connected, below: below.map(branch) });
  const weak = (lamp) => (['weak', 'bad'].includes(lamp) ? lamp : '');
  const sites = value.all().map(({ people, named, seated, lamp, ...site }) => ({ ...site, lamp: weak(lamp) }));
  return { branches: value.roots.map(branch), present: value.present, sites };
}

const shown = new Map();
for (const [index, { tab, act, messages, state, whole }] of steps.entries()) {
  const after = messages.reduce(reduce, shown.get(tab) ?? { ...EMPTY, roster: new Roster() });
  const fresh = reduce(EMPTY, state);
  shown.set(tab, after);
  const wrong = (whole ? everything : atOnce).filter((key) => !isDeepStrictEqual(plain(after, key), plain(fresh, key)));
  if (wrong.length) {
    const both = wrong.map((key) => ({ key, shown: plain(after, key), expected: plain(fresh, key) }));
    console.log(JSON.stringify({ index, tab, act, both, messages: messages.map(({ type }) => type) }, null, 1));
    break;
  }
}
