import type { ActionName } from '../../../src/chat/blocks/actions.ts';
import { releaseButtons } from '../../../src/chat/cards/release/buttons.ts';
import { facts as factsShown, waitingRelease } from '../../../src/chat/home/releases.ts';
import { ada, eve, lin, mo } from '../../domain/support/given.ts';
import { statesOf } from '../../domain/support/states.ts';
import { KINDS } from '../../domain/support/tables.ts';
import { placeOf, viewOf } from '../eligibility/drawn.ts';
import { LEFT_OUT, OFFERS, type Offer, type Verb } from '../eligibility/offers.ts';
import { checkHome } from '../limits.ts';

const OWN = (Object.entries(OFFERS) as [Verb, Offer][]).filter(([, { where }]) => where === undefined);
const PEOPLE = [ada, lin, mo, eve];
const seen = new Set<string>();

describe('drawn for one person, a button is shown if and only if that person’s command would be accepted', () => {
  describe.each(KINDS)('%s', (kind) => {
    test.each(PEOPLE)('to $name', (person) => {
      const wrong = Object.entries(statesOf(kind)).flatMap(([state, reach]) => {
        const { walk, release: number } = reach();
        walk.do({ type: 'tick' });
        const place = placeOf(walk);
        const release = walk.release(number);
        const view = { ...viewOf(place, release), by: { person, groups: [], authors: null } };
        const drawn = new Set<ActionName>(releaseButtons(view).map(({ action }) => action));
        const blocks = waitingRelease(view);
        expect(checkHome(blocks)).toEqual([]);
        expect(factsShown(view).length).toBeGreaterThan(0);
        return OWN.flatMap(([verb, { buttons, ask }]) => {
          const isShown = buttons.some((action) => drawn.has(action));
          const rule = place.refused(place.here, ask(view), person);
          if (isShown) seen.add(verb);
          if (isShown === (rule === null)) return [];
          const isLeftOut = Object.values(LEFT_OUT).some((left) => left.verb === verb && left.when(view));
          if (!isShown && isLeftOut) return [];
          return [`${state}: ${verb} ${isShown ? `is shown, and refused: ${rule}` : 'is not shown'}`];
        });
      });
      expect(wrong).toEqual([]);
    });
  });

  test('and each was shown to somebody', () => {
    const never = ['resume', 'override', 'askToUnlock'];
    expect(OWN.map(([verb]) => verb).filter((verb) => !seen.has(verb) && !never.includes(verb))).toEqual([]);
  });
});
