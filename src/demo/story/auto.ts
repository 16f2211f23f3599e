import { shortSha } from '../../domain/ids.ts';
import type { SandboxMessage } from '../../sandbox/protocol.ts';
import { versionAnswer } from '../hosts/hosts.ts';
import { ADA, LIN, MO } from '../project/people.ts';
import { CHANNEL, type EnvironmentName } from '../project/settings.ts';
import { Member, type Sight, StoryBroke, transcript } from './member.ts';
import { buttons, headline, lines } from './reading.ts';

/** Limit for one step: long enough for a build, short enough for a person who waits. */
const STEP_MS = 90_000;

/** The clicks of the story, in order: who clicks which button on which environment's card. */
const CLICKS: readonly { environment: EnvironmentName; label: string; by: string }[] = [
  { environment: 'integration', label: 'Promote to preprod', by: ADA.name },
  { environment: 'preprod', label: 'Approve', by: LIN.name },
  { environment: 'preprod', label: 'Deploy to preprod', by: ADA.name },
  { environment: 'preprod', label: 'Accept', by: MO.name },
  { environment: 'preprod', label: 'Promote to prod', by: ADA.name },
  { environment: 'prod', label: 'Approve', by: LIN.name },
  { environment: 'prod', label: 'Deploy to prod', by: ADA.name },
  { environment: 'prod', label: 'Accept', by: MO.name },
];

/** A card with such a status does not continue by itself. */
const BAD_END = /^(❌|⚠️|🚫)/u;

export interface Story {
  /** Address of the sandbox's page. */
  url: string;
  /** Label of the button that commits and pushes. */
  pushButton: string;
  /** The current commit of the branch. */
  head(): Promise<string>;
  /** Address of production. */
  production: string;
  say(line: string): void;
  /** Time since the demo began, formatted in seconds. */
  clock(): string;
}

/**
 * Plays the way from a push to production as people do it in the page: finds everything by the texts that they read.
 * Throws `StoryBroke` when an expected step does not happen.
 */
export async function playStory(story: Story): Promise<void> {
  const print = (line: string) => story.say(`${story.clock()}  ${line}`);
  const members = new Map<string, Member>();
  for (const { name } of [ADA, LIN, MO]) members.set(name, await Member.join(story.url, CHANNEL, name));
  const member = (name: string): Member => {
    const known = members.get(name);
    if (!known) throw new TypeError(`${name} is nobody of the story`);
    return known;
  };

  print('Slipway builds what is there already');
  const first = await story.head();
  const watch = new Watch(first, print);
  await watch.until(member(LIN.name), 'integration', accepted(first, 'integration'));

  print('Lin pushes a change');
  await member(LIN.name).press(story.pushButton);
  const sha = await story.head();
  const change = new Watch(sha, print);
  let last = LIN.name;
  for (const { environment, label, by } of CLICKS) {
    const card = await change.until(member(last), environment, offers(label));
    print(`${by} clicks “${label}”`);
    await member(by).click(card, label);
    if (label.startsWith('Promote to ')) {
      print(`${by} submits the dialog`);
      await member(by).submit();
    }
    last = by;
  }
  await change.until(member(last), 'prod', accepted(sha, 'prod'));

  const answer = await fetch(`${story.production}/version`);
  const text = await answer.text();
  print(`GET ${story.production}/version → ${answer.status} ${text}`);
  if (!answer.ok || versionAnswer.parse(JSON.parse(text)).commit !== sha) {
    throw new StoryBroke(`production to run ${sha}`, `It answered ${answer.status} ${text}`);
  }
  print(`production runs ${shortSha(sha)}, the commit that Lin pushed`);
}

interface Wanted {
  what: string;
  is(card: SandboxMessage): boolean;
}

function accepted(sha: string, environment: EnvironmentName): Wanted {
  const title = `${shortSha(sha)} accepted in storefront/${environment}`;
  return { what: `“${title}”`, is: (card) => headline(card).title === title };
}

function offers(label: string): Wanted {
  return { what: `a button “${label}”`, is: (card) => buttons(card).some((one) => one.label === label) };
}

/** Follows the cards of one commit and reports every new title or status. */
class Watch {
  readonly #short: string;
  readonly #print: (line: string) => void;
  #shown = '';

  constructor(sha: string, print: (line: string) => void) {
    this.#short = shortSha(sha);
    this.#print = print;
  }

  /**
   * Resolves with the commit's card in this environment when it is as wanted. `as`: who acted last, and so would see
   * a refusal.
   */
  async until(as: Member, environment: EnvironmentName, wanted: Wanted): Promise<SandboxMessage> {
    const expected = `${wanted.what} on the card of ${this.#short} in ${environment}`;
    return as.until(expected, STEP_MS, (sight) => {
      refuseRefusals(expected, sight);
      const card = sight.cards.findLast((one) => this.#isOf(one, environment));
      if (!card) return null;
      const { title, status } = headline(card);
      // Compares only the status word, because the times in the line change every second.
      const news = `${title} ${/^[^:,·]*?(?= since|[:,·]|$)/u.exec(status)}`;
      if (news !== this.#shown) this.#print(`${title}  |  ${status}`);
      this.#shown = news;
      if (BAD_END.test(status)) throw new StoryBroke(expected, transcript([card]));
      return wanted.is(card) ? card : null;
    });
  }

  #isOf(card: SandboxMessage, environment: EnvironmentName): boolean {
    const { title } = headline(card);
    // A build's card names the product only, because a build belongs to no environment.
    const place = environment === 'integration' ? 'storefront' : `storefront/${environment}`;
    return title.includes(this.#short) && title.includes(place);
  }
}

/** Throws when the last click was refused, because the expected card will then never come. */
function refuseRefusals(expected: string, { cards, whispers }: Sight): void {
  const no = whispers.find((whisper) => /^(Refused|Errored)/.test(lines(whisper)[0] ?? ''));
  if (no) throw new StoryBroke(expected, transcript([...cards, no]));
}
