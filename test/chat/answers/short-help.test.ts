import { type HelpView, shortHelpMessage } from '../../../src/chat/answers/help/help.ts';
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
  LIN,
  MO,
  NAMES,
  NOW,
  policy,
  read,
  release,
  runs,
  view,
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

const help = (over: Partial<HelpView> = {}): HelpView => ({
  now: NOW,
  names: NAMES,
  commitUrl: null,
  cards: { 'storefront/prod#42': 'https://chat.example.com/p42' },
  product: 'storefront',
  environments: [
    {
      policy: integration,
      environment: environment('integration', [], { accepted: acceptance({ sha: ABC }) }),
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
      const [below] = help().environments;
      const environments = [
        ...(below ? [below] : []),
        { policy: policy({ below: 'integration' }), environment: prod },
      ];
      return read(shortHelpMessage(help({ environments, person }))).join('\n');
    };
    expect(text(environment('prod', []))).toContain('/release promote integration');
    expect(text(environment('prod', [release({ sha: ABC })]))).not.toContain('/release promote');
    expect(text(environment('prod', [], runs(release({ sha: ABC }))))).not.toContain('/release promote');
    expect(text(environment('prod', []), { ...MO, member: false })).not.toContain('/release promote');
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
    const seen = view(scene);
    for (const person of [ADA, LIN, MO]) {
      const said = releaseHelpMessage(seen, person);
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
        expect(
          releaseRefusal(word, factsOf(seen), seen.release, { person, groups: [], authors: null }),
        ).toBeNull();
      }
    }
  });

  test('of a commit names what is about commits', () => {
    const said = commitHelpMessage('storefront', ABC, { now: NOW, names: {}, commitUrl: null, cards: {} });
    expect(read(said).join('\n')).toContain('`@slipway rebuild`');
    expect(checkLimits(said)).toEqual([]);
  });
});
