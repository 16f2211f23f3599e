import { Troubles } from '../../../src/flow/services/troubles.ts';

interface Logged {
  level: 'warn' | 'info';
  fields: object;
  text: string;
}

function open() {
  const clock = { now: 1_000 };
  const logged: Logged[] = [];
  const log = {
    warn: (fields: object, text: string) => void logged.push({ level: 'warn', fields, text }),
    info: (fields: object, text: string) => void logged.push({ level: 'info', fields, text }),
  };
  return { troubles: new Troubles(() => clock.now, log), clock, logged };
}

const DISK = { says: 'the disk is nearly full', todo: 'make room in DATA_DIR' };
const POLL = { where: 'shop', says: 'the repository cannot be read', todo: 'see that it can be reached' };

describe('standing problems', () => {
  it('are listed oldest first, those of a product together with those of the process', () => {
    const { troubles, clock } = open();
    troubles.set('poll shop', POLL);
    clock.now = 2_000;
    troubles.set('disk', DISK);
    troubles.set('poll other', { ...POLL, where: 'other' });
    expect(troubles.list()).toEqual([
      { key: 'poll shop', ...POLL, since: 1_000 },
      { key: 'disk', ...DISK, where: null, since: 2_000 },
      { key: 'poll other', ...POLL, where: 'other', since: 2_000 },
    ]);
    expect(troubles.list('shop').map(({ key }) => key)).toEqual(['poll shop', 'disk']);
  });

  it('are logged when they appear, change and end, and not in between', () => {
    const { troubles, clock, logged } = open();
    troubles.set('poll shop', POLL);
    troubles.set('poll shop', POLL);
    clock.now = 2_000;
    troubles.set('poll shop', { ...POLL, says: 'the branch is gone' });
    expect(troubles.list()[0]).toMatchObject({ says: 'the branch is gone', since: 1_000 });
    troubles.clear('poll shop');
    troubles.clear('poll shop');
    expect(troubles.list()).toEqual([]);
    expect(logged).toEqual([
      {
        level: 'warn',
        fields: { trouble: 'poll shop', product: 'shop', todo: POLL.todo },
        text: 'the repository cannot be read',
      },
      {
        level: 'warn',
        fields: { trouble: 'poll shop', product: 'shop', todo: POLL.todo },
        text: 'the branch is gone',
      },
      {
        level: 'info',
        fields: { trouble: 'poll shop', product: 'shop' },
        text: 'resolved: the branch is gone',
      },
    ]);
  });
});
