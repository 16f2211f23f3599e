import type { SandboxMessage } from '../../sandbox/protocol.ts';
import { versionAnswer } from '../hosts/hosts.ts';
import { ADA, LIN, MO } from '../project/people.ts';
import { CHANNEL, type EnvironmentName } from '../project/settings.ts';
import { Member, type Sight, StoryBroke, told } from './member.ts';
import { buttons, headline, lines } from './reading.ts';

/** Long for one step, short for one who waits. */
const STEP_MS = 90_000;

/** Who clicks what on whose card. */
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

/** A card that says one of these does not go on by itself. */
const BAD_END = /^(❌|⚠️|🚫)/u;

export interface Story {
  /** Of the sandbox's page. */
  url: string;
  /** Label of the button that commits and pushes. */
  pushButton: string;
  /** Commit that the branch is at. */
  head(): Promise<string>;
  /** Address of production. */
  production: string;
  say(line: string): void;
  /** Seconds since the demo began, as shown. */
  clock(): string;
}

/**
 * From a push to production, as people do it in the page: everything is found by the words that they read. Throws
 * `StoryBroke` when something does not come about.
 */
export async function playStory(story: Story): Promise<void> {
  const tell = (line: string) => story.say(`${story.clock()}  ${line}`);
  const members = new Map<string, Member>();
  for (const { name } of [ADA, LIN, MO]) members.set(name, await Member.join(story.url, CHANNEL, name));
  const member = (name: string): Member => {
    const known = members.get(name);
    if (!known) throw new TypeError(`${name} is nobody of the story`);
    return known;
  };

  tell('Slipway builds what is there already');
  const first = await story.head();
  const watch = new Watch(first, tell);
  await watch.until(member(LIN.name), 'integration', accepted(first, 'integration'));

  tell('Lin pushes a change');
  await member(LIN.name).press(story.pushButton);
  const sha = await story.head();
  const change = new Watch(sha, tell);
  let last = LIN.name;
  for (const { environment, label, by } of CLICKS) {
    const card = await change.until(member(last), environment, offers(label));
    tell(`${by} clicks “${label}”`);
    await member(by).click(card, label);
    last = by;
  }
  await change.until(member(last), 'prod', accepted(sha, 'prod'));

  const answer = await fetch(`${story.production}/version`);
  const text = await answer.text();
  tell(`GET ${story.production}/version → ${answer.status} ${text}`);
  if (!answer.ok || versionAnswer.parse(JSON.parse(text)).commit !== sha) {
    throw new StoryBroke(`production to run ${sha}`, `It answered ${answer.status} ${text}`);
  }
  tell(`production runs ${sha.slice(0, 7)}, the commit that Lin pushed`);
}

interface Wanted {
  what: string;
  is(card: SandboxMessage): boolean;
}

function accepted(sha: string, environment: EnvironmentName): Wanted {
  const title = `${sha.slice(0, 7)} accepted in storefront/${environment}`;
  return { what: `“${title}”`, is: (card) => headline(card).title === title };
}

function offers(label: string): Wanted {
  return { what: `a button “${label}”`, is: (card) => buttons(card).some((one) => one.label === label) };
}

/** Follows the cards of one commit, and tells every new title or status. */
class Watch {
  readonly #short: string;
  readonly #tell: (line: string) => void;
  #told = '';

  constructor(sha: string, tell: (line: string) => void) {
    this.#short = sha.slice(0, 7);
    this.#tell = tell;
  }

  /** The commit's card in this environment when it is as wanted. `as`: who did what it waits for. */
  async until(as: Member, environment: EnvironmentName, wanted: Wanted): Promise<SandboxMessage> {
    const expected = `${wanted.what} on the card of ${this.#short} in ${environment}`;
    return as.until(expected, STEP_MS, (sight) => {
      refuseRefusals(expected, sight);
      const card = sight.cards.findLast((one) => this.#isOf(one, environment));
      if (!card) return null;
      const { title, status } = headline(card);
      // Not at every second that passes: the status word is what counts.
      const news = `${title} ${/^[^:,·]*?(?= since|[:,·]|$)/u.exec(status)}`;
      if (news !== this.#told) this.#tell(`${title}  |  ${status}`);
      this.#told = news;
      if (BAD_END.test(status)) throw new StoryBroke(expected, told([card]));
      return wanted.is(card) ? card : null;
    });
  }

  #isOf(card: SandboxMessage, environment: EnvironmentName): boolean {
    const { title } = headline(card);
    // A build that fails is of the product, and of no environment.
    const place = environment === 'integration' ? 'storefront' : `storefront/${environment}`;
    return title.includes(this.#short) && title.includes(place);
  }
}

/** What is refused to the one who clicked does not come any more. */
function refuseRefusals(expected: string, { cards, whispers }: Sight): void {
  const no = whispers.find((whisper) => /^(Refused|Errored)/.test(lines(whisper)[0] ?? ''));
  if (no) throw new StoryBroke(expected, told([...cards, no]));
}
