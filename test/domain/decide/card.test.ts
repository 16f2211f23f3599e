import { decideCard } from '../../../src/domain/decide/card/decide.ts';
import { type Card, newCard } from '../../../src/domain/documents/card.ts';
import type { CardCommand } from '../../../src/domain/documents/commands/card.ts';
import type { CardSubject } from '../../../src/domain/documents/values/card-subject.ts';
import { CARD_DOUBT_MS, CARD_PROGRESS_MS, wakeCard } from '../../../src/domain/gates/wake.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { A, frozen, lin, START } from '../support/support.ts';

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;

const PUSH: CardSubject = { kind: 'push', head: 1, sha: A };
const RELEASE: CardSubject = {
  kind: 'release',
  environment: environmentId('shop', 'integration'),
  number: 4,
};

/** One card that commands are walked through. */
class Walk {
  card: Card = newCard('shop@head-1', '', { kind: 'push', head: 0, sha: '' });
  now = START;
  private commands = 0;

  do(ask: Bare<CardCommand>): string {
    this.commands += 1;
    const command = { ...ask, id: `c${this.commands}`, actor: ROBOT } as CardCommand;
    const decision = decideCard(frozen(this.card), frozen(command), { now: this.now });
    this.card = decision.aggregate;
    return decision.kind === 'accepted' ? 'accepted' : decision.refusal.rule;
  }

  show(subject: CardSubject | null = PUSH, progress = false): string {
    return this.do({ type: 'show', product: 'shop', subject, progress });
  }

  reply(id: string, subject: CardSubject = PUSH): string {
    const event = { kind: 'retried', by: lin } as const;
    return this.do({
      type: 'reply',
      product: 'shop',
      subject,
      reply: { id, at: this.now, event, release: null },
    });
  }

  claim(worker = 'w1', ms = 30_000): string {
    return this.do({ type: 'claimCard', worker, until: this.now + ms });
  }

  shown(worker = 'w1', wanted = this.card.wanted): string {
    return this.do({
      type: 'cardShown',
      worker,
      wanted,
      channel: 'C1',
      ts: '1.1',
      until: this.now + 30_000,
    });
  }

  replied(reply: string, worker = 'w1'): string {
    return this.do({ type: 'replied', worker, reply, until: this.now + 30_000 });
  }

  free(worker = 'w1'): void {
    this.do({ type: 'releaseCard', worker });
  }

  posted(): this {
    this.show();
    this.claim();
    this.shown();
    this.free();
    return this;
  }
}

describe('a card', () => {
  it('that nobody requested is not posted', () => {
    const walk = new Walk();
    expect(walk.show(null)).toBe('nothingToDo');
    expect(walk.claim()).toBe('nothingToDo');
    expect(walk.card).toMatchObject({ revision: 0, wakeAt: null });
  });

  it('is posted by one worker at a time, and then needs nothing', () => {
    const walk = new Walk();
    walk.show();
    expect(walk.card.wakeAt).toBe(0);
    expect(walk.claim()).toBe('accepted');
    expect(walk.claim('w2')).toBe('claimed');
    expect(walk.shown('w2')).toBe('claimed');
    expect(walk.shown()).toBe('accepted');
    walk.free();
    expect(walk.card).toMatchObject({ ts: '1.1', channel: 'C1', wakeAt: null, claim: null });
    expect(walk.claim('w2')).toBe('nothingToDo');
  });

  it('whose worker froze goes to another after the claim, and the late worker is told', () => {
    const walk = new Walk();
    walk.show();
    walk.claim('w1', 30_000);
    expect(walk.card.wakeAt).toBe(walk.now + 30_000);
    walk.now += 30_000;
    expect(walk.claim('w2')).toBe('accepted');
    expect(walk.card.claims).toBe(2);
    expect(walk.shown('w1')).toBe('claimed');
    expect(walk.shown('w2')).toBe('accepted');
    expect(walk.card).toMatchObject({ claims: 0, claim: null });
  });

  it('is released in the write that records its last post', () => {
    const walk = new Walk();
    walk.show();
    walk.reply('r1');
    walk.claim('w1');
    walk.shown('w1');
    expect(walk.card).toMatchObject({ claims: 1, claim: { worker: 'w1' } });
    walk.replied('r1', 'w1');
    expect(walk.card).toMatchObject({ claims: 0, claim: null, wakeAt: null });
  });

  it('whose worker is certainly gone goes to another at once', () => {
    const walk = new Walk();
    walk.show();
    walk.claim('w1');
    walk.do({ type: 'workersGone', except: 'w1' });
    expect(walk.claim('w2')).toBe('claimed');
    walk.do({ type: 'workersGone', except: 'w2' });
    expect(walk.claim('w2')).toBe('accepted');
  });

  it('that changed while it was posted is posted again, so that the last state is never dropped', () => {
    const walk = new Walk();
    walk.show();
    walk.claim();
    const { wanted } = walk.card;
    walk.show(RELEASE);
    walk.shown('w1', wanted);
    walk.free();
    expect(walk.card).toMatchObject({ wakeAt: 0, subject: RELEASE });
    expect(walk.claim()).toBe('accepted');
  });

  it('of a push becomes the card of its release, and late news of the push does not undo that', () => {
    const walk = new Walk();
    walk.show(PUSH);
    walk.show(RELEASE);
    walk.show(PUSH);
    walk.reply('r1', PUSH);
    walk.show(null);
    expect(walk.card).toMatchObject({ subject: RELEASE, product: 'shop', wanted: 4 });
    const other = new Walk();
    other.show(RELEASE);
    other.show(PUSH);
    expect(other.card.subject).toEqual(RELEASE);
  });

  it('delays progress, but never a settled state', () => {
    const walk = new Walk().posted();
    walk.show(PUSH, true);
    expect(walk.card.wakeAt).toBe(walk.now + CARD_PROGRESS_MS);
    expect(walk.claim()).toBe('claimed');
    walk.show(PUSH, false);
    walk.show(PUSH, true);
    expect(walk.card.wakeAt).toBe(0);
    const later = new Walk().posted();
    later.show(PUSH, true);
    later.now += CARD_PROGRESS_MS;
    expect(later.claim()).toBe('accepted');
  });
});

describe('a thread', () => {
  it('has each reply once, however often it is requested or posted', () => {
    const walk = new Walk().posted();
    walk.reply('r1');
    walk.reply('r1');
    walk.reply('r2');
    expect(walk.card.replies.map(({ id }) => id)).toEqual(['r1', 'r2']);
    walk.claim();
    walk.replied('r1');
    walk.reply('r1');
    expect(walk.card.replies.map(({ id }) => id)).toEqual(['r2']);
    expect(walk.replied('r2', 'w2')).toBe('claimed');
    walk.replied('r2');
    walk.free();
    expect(walk.card).toMatchObject({ replies: [], wakeAt: null });
  });

  it('is in doubt while an earlier claim may have posted its reply, whatever the card shows', () => {
    const walk = new Walk().posted();
    walk.reply('r1');
    walk.claim('w1');
    walk.do({ type: 'cardDeferred', worker: 'w1', until: walk.now, failed: true });
    walk.show();
    walk.claim('w2');
    walk.shown('w2');
    expect(walk.card.claims).toBe(2);
    walk.reply('r2');
    walk.replied('r1', 'w2');
    expect(walk.card.claims).toBe(1);
  });

  it('needs its card first', () => {
    const walk = new Walk();
    walk.reply('r1', RELEASE);
    walk.reply('r2', RELEASE);
    expect(walk.card).toMatchObject({ wanted: 1, shown: 0, wakeAt: 0, subject: RELEASE });
  });

  it('does not wait for the progress interval', () => {
    const walk = new Walk().posted();
    walk.show(PUSH, true);
    walk.reply('r1');
    expect(walk.card.wakeAt).toBe(0);
  });

  it('remembers the last fifty replies', () => {
    const walk = new Walk().posted();
    walk.reply('last');
    walk.claim();
    for (let i = 1; i <= 60; i += 1) walk.replied(`r${i}`);
    expect(walk.card.replied).toHaveLength(50);
    expect(walk.card.replied.at(-1)).toBe('r60');
  });
});

it('keeps a claim as long as its worker makes progress, and frees it when it does not', () => {
  const walk = new Walk();
  walk.show();
  walk.reply('r1');
  walk.claim('w1', 30_000);
  walk.now += 25_000;
  walk.shown('w1');
  walk.now += 25_000;
  expect(walk.claim('w2')).toBe('claimed');
  walk.reply('r2');
  walk.replied('r1', 'w1');
  walk.now += 29_000;
  expect(walk.claim('w2')).toBe('claimed');
  walk.now += 1_000;
  expect(walk.claim('w2')).toBe('accepted');
  expect(walk.replied('r2', 'w1')).toBe('claimed');
});

describe('RULES 23: a post that may have been made twice', () => {
  const doubted = () => {
    const walk = new Walk();
    walk.show();
    walk.claim('w1');
    walk.do({ type: 'cardDeferred', worker: 'w1', until: walk.now, failed: true });
    walk.claim('w2');
    walk.shown('w2');
    return walk;
  };

  it('is looked for once the earlier call can no longer act', () => {
    const walk = doubted();
    expect(walk.card).toMatchObject({ claim: null, wakeAt: walk.now + CARD_DOUBT_MS });
    expect(walk.claim('w3')).toBe('claimed');
    walk.now += CARD_DOUBT_MS;
    expect(walk.claim('w3')).toBe('accepted');
    expect(walk.do({ type: 'cardLookedThrough', worker: 'w2' })).toBe('claimed');
    expect(walk.do({ type: 'cardLookedThrough', worker: 'w3' })).toBe('accepted');
    expect(walk.card).toMatchObject({ claim: null, wakeAt: null, doubtUntil: null });
  });

  it('does not delay later changes', () => {
    const walk = doubted();
    walk.show();
    expect(walk.card.wakeAt).toBeLessThanOrEqual(walk.now);
    walk.claim('w3');
    walk.do({ type: 'cardLookedThrough', worker: 'w3' });
    expect(walk.card).toMatchObject({ doubtUntil: walk.now + CARD_DOUBT_MS, claim: { worker: 'w3' } });
  });

  it('does not exist when Slack only asked to wait, or when the card was only changed', () => {
    const walk = new Walk();
    walk.show();
    walk.claim('w1');
    walk.do({ type: 'cardDeferred', worker: 'w1', until: walk.now, failed: false });
    walk.claim('w1');
    walk.shown('w1');
    expect(walk.card.wakeAt).toBeNull();
    walk.show();
    walk.claim('w1');
    walk.do({ type: 'cardDeferred', worker: 'w1', until: walk.now, failed: true });
    walk.claim('w1');
    walk.shown('w1');
    expect(walk.card.wakeAt).toBeNull();
  });
});

describe('a chat that refuses', () => {
  it('for now makes the card wait as long as asked', () => {
    const walk = new Walk();
    walk.show();
    walk.claim();
    walk.do({ type: 'cardDeferred', worker: 'w2', until: walk.now + 9_000, failed: true });
    expect(walk.card).toMatchObject({ failures: 0, notBefore: 0 });
    walk.do({ type: 'cardDeferred', worker: 'w1', until: walk.now + 9_000, failed: true });
    expect(walk.card).toMatchObject({ claim: null, failures: 1, wakeAt: walk.now + 9_000 });
    expect(walk.claim('w2')).toBe('claimed');
    walk.now += 9_000;
    walk.claim('w2');
    walk.do({ type: 'cardDeferred', worker: 'w2', until: walk.now, failed: false });
    expect(walk.card.failures).toBe(1);
    walk.claim('w2');
    walk.shown('w2');
    expect(walk.card.failures).toBe(0);
  });

  it('for good is recorded with the reason, and a new start tries again', () => {
    const walk = new Walk();
    walk.show();
    walk.claim();
    walk.do({ type: 'cardUndeliverable', worker: 'w2', fault: 'subject', reason: 'is_archived' });
    expect(walk.card.undeliverable).toBeNull();
    walk.do({ type: 'cardUndeliverable', worker: 'w1', fault: 'subject', reason: 'is_archived' });
    walk.show();
    expect(walk.card).toMatchObject({ undeliverable: 'is_archived', wakeAt: null, claim: null });
    walk.do({ type: 'workersGone', except: 'w2' });
    expect(walk.card).toMatchObject({ undeliverable: 'is_archived', wakeAt: null });
    walk.do({ type: 'deliverAgain' });
    expect(walk.card).toMatchObject({ undeliverable: null, wakeAt: 0 });
  });
});

it('wakes for a claim even when nothing is pending, so that a dead worker does not delay the next post', () => {
  const subject = { kind: 'release', environment: environmentId('shop', 'prod'), number: 1 } as const;
  const card = { ...newCard('shop/prod#1', 'shop', subject), claim: { worker: 'gone', until: 5_000 } };
  expect(wakeCard(card)).toBe(5_000);
  expect(wakeCard({ ...card, claim: null })).toBeNull();
});
