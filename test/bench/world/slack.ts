import { type Events, eventsOf } from '../figures/events.ts';
import { BENCH_USER, BOT_TOKEN, OTHER_USER, SIGNING_SECRET } from '../names.ts';
import { startProgram } from '../program.ts';
import type { SlackQuestions, SlackSaid } from '../programs/slack.ts';

/** The local Slack, in a process of its own, as the benchmark sees it. */
export interface Slack {
  apiUrl: string;
  /** Where answers to commands go: an id is added. */
  answersUrl: string;
  /** Ids of channels, by name with `#`. */
  channels: Record<string, string>;
  answers: Events<{ id: string; text: string }>;
  /** Each time that a card was posted or changed. */
  cards: Events<{ text: string }>;
  /** Releases whose card came to say that they were accepted. */
  accepted: Events<{ release: string }>;
  stop(): Promise<void>;
}

/** "storefront/prod#42 Accepted: …": see `headText`. */
const ACCEPTED = /^(\S+#\d+) Accepted:/;

export async function startSlack(channels: string[]): Promise<Slack> {
  const program = startProgram<SlackQuestions>('slack.ts');
  const answers = eventsOf<{ id: string; text: string }>('a command is answered');
  const cards = eventsOf<{ text: string }>('a card says so');
  const accepted = eventsOf<{ release: string }>('cards say that releases are accepted');
  const releases = new Set<string>();
  program.onSaid((message) => {
    const said = message as SlackSaid;
    if (said.kind === 'answered') {
      answers.add(said);
      return;
    }
    cards.add(said);
    const release = ACCEPTED.exec(said.text)?.[1];
    if (release === undefined || releases.has(release)) return;
    releases.add(release);
    accepted.add({ release, at: said.at });
  });
  const opened = await program.ask('open', {
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    people: [BENCH_USER, OTHER_USER],
    channels,
  });
  return { ...opened, answers, cards, accepted, stop: program.stop };
}
