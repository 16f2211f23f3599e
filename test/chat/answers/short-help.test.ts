import { type HelpView, helpMessage, shortHelpMessage } from '../../../src/chat/answers/help/help.ts';
import { commitHelpMessage, releaseHelpMessage } from '../../../src/chat/answers/help/thread-help.ts';
import { parseCommand } from '../../../src/chat/command/parse.ts';
import { factsOf } from '../../../src/chat/eligibility/awaiting.ts';
import { parseMention } from '../../../src/chat/mention/parse.ts';
import { isVerb } from '../../../src/chat/verbs.ts';
import { isReleaseVerb, releaseRefusal } from '../../../src/domain/eligibility/release.ts';
import {
  ABC,
  ADA,
  acceptance,
  approval,
  buttonsOf,
  environment,
  HOUR,
  LIN,
  MO,
  NAMES,
  NOW,
  policy,
  read,
  release,
  runs,
  view as viewOf,
} from '../build.ts';
import { checkLimits } from '../limits.ts';
import { ROWS } from '../scenes.ts';

const integration = policy({
  name: 'integration',
  mode: 'continuous',
  below: null,
  above: { name: 'prod', mode: 'approval' },
});
const WHERE = {
  products: [{ name: 'storefront', environments: ['integration', 'preprod', 'prod'] }],
  channelProducts: ['storefront'],
};

/** Where this is the newest acceptance. */
const below = (accepted: ReturnType<typeof acceptance>) =>
  environment('integration', [], { accepted, acceptances: [{ acceptance: accepted, recorded: true }] });

const help = (over: Partial<HelpView> = {}): HelpView => ({
  now: NOW,
  names: NAMES,
  commitUrl: null,
  cards: { 'storefront/prod#42': 'https://chat.example.com/p42' },
  product: 'storefront',
  environments: [
    {
      policy: integration,
      environment: below(acceptance({ sha: ABC })),
    },
    { policy: policy({ below: 'integration' }), environment: environment('prod', []) },
  ],
  person: LIN,
  ...over,
});

describe('the help at first', () => {
  test('says what waits for this person, with a way to its card, before anything else', () => {
    const open = [release(), release({ number: 43, approvals: [approval(LIN)] })];
    const said = shortHelpMessage(
      help({ environments: [{ policy: policy(), environment: environment('prod', open) }] }),
    );
    expect(read(said)[0]).toMatch(/1 approval waits for you: <[^|]+\|prod#42>\./);
    expect(read(said).join('\n')).toContain('`/release approve prod#42`');
    expect(read(said).join('\n')).not.toContain('prod#43');
    expect(buttonsOf(said)).toEqual(['Open Card', 'All Commands']);
    expect(checkLimits(said)).toEqual([]);
  });

  test('offers what is accepted below, unless it is there or asked for already', () => {
    const text = (prod: ReturnType<typeof environment>, person = LIN) => {
      const environments = [
        ...help().environments.slice(0, 1),
        { policy: policy({ below: 'integration' }), environment: prod },
      ];
      return read(shortHelpMessage(help({ environments, person }))).join('\n');
    };
    expect(text(environment('prod', []))).toContain('/release promote integration');
    expect(text(environment('prod', [release({ sha: ABC })]))).not.toContain('/release promote');
    expect(text(environment('prod', [], runs(release({ sha: ABC }))))).not.toContain('/release promote');
    expect(text(environment('prod', []), { ...MO, member: false })).not.toContain('/release promote');
  });

  test.each([
    [true, false],
    [null, false],
    [false, true],
  ])('offers to approve what the reader did not write: wrote %p, offered %p', (wrote, offered) => {
    const authors = { rules: [{ required: 2, from: null }], self: false, authors: false, validForMs: HOUR };
    const prod = { policy: policy({ approvals: authors }), environment: environment('prod', [release()]) };
    const person = LIN;
    const view = help({
      environments: [prod],
      person,
      authors: { 'storefront/prod#42': [{ person: person.id, wrote }] },
    });
    for (const said of [shortHelpMessage(view), helpMessage(view)]) {
      expect(read(said).join('\n').includes('1 approval waits for you')).toBe(offered);
    }
    expect(read(shortHelpMessage(view)).join('\n').includes('/release approve prod#42')).toBe(offered);
    const seen = viewOf({ release: release(), policy: { approvals: authors } });
    const asker = { person, groups: [], authors: [{ person: person.id, wrote }] };
    expect(read(releaseHelpMessage(seen, asker)).join('\n').includes('@slipway approve')).toBe(offered);
  });

  test('does not offer to promote what would be refused', () => {
    const by = { by: MO, at: NOW, release: null };
    const revoked = { policy: integration, environment: below(acceptance({ sha: ABC, revoked: by })) };
    const above = { policy: policy({ below: 'integration' }), environment: environment('prod', []) };
    const said = shortHelpMessage(help({ environments: [revoked, above] }));
    expect(read(said).join('\n')).not.toContain('/release promote');
  });

  test('is short, and every command in it is understood', () => {
    const many = Array.from({ length: 30 }, (_, index) => release({ number: index + 1 }));
    const said = shortHelpMessage(
      help({ environments: [{ policy: policy(), environment: environment('prod', many) }] }),
    );
    const commands = [
      ...read(said)
        .join('\n')
        .matchAll(/`\/release ([^`]+)`/g),
    ].map(([, typed]) => typed ?? '');
    expect(commands.length).toBeLessThanOrEqual(8);
    for (const typed of commands) expect(parseCommand(typed, WHERE).kind).not.toBe('problem');
    expect(checkLimits(said)).toEqual([]);
  });
});

describe('the help in a thread', () => {
  test.each(ROWS)('of a release offers only what is understood and would be done: $name', ({ scene }) => {
    const seen = viewOf(scene);
    for (const person of [ADA, LIN, MO]) {
      const asker = { person, groups: [], authors: null };
      const said = releaseHelpMessage(seen, asker);
      expect(checkLimits(said)).toEqual([]);
      const words = [
        ...read(said)
          .join('\n')
          .matchAll(/`@slipway (\w+)`/g),
      ].map(([, word]) => word ?? '');
      expect(words).toContain('log');
      const { product, id } = seen.here.environment;
      const thread = {
        kind: 'release',
        product,
        environment: seen.here.policy.name,
        number: seen.release.number,
        sha: seen.release.sha,
      } as const;
      expect(id).toBe(`${product}/${seen.here.policy.name}`);
      for (const word of words) {
        expect(isVerb(word)).toBe(true);
        expect(parseMention(word, WHERE, thread).kind).not.toBe('problem');
        if (!isReleaseVerb(word)) continue;
        expect(releaseRefusal(word, factsOf(seen), seen.release, asker)).toBeNull();
      }
    }
  });

  test('of a commit names what is about commits', () => {
    const said = commitHelpMessage('storefront', ABC, { now: NOW, names: {}, commitUrl: null, cards: {} });
    expect(read(said).join('\n')).toContain('`@slipway rebuild`');
    expect(checkLimits(said)).toEqual([]);
  });
});
