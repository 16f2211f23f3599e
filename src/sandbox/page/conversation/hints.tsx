import { Option } from '../shared/option.tsx';

interface Verb {
  verb: string;
  /** Example arguments of the command. */
  usage: string;
  help: string;
}

/** Reminders for people who type. What is valid is decided by the bot. */
const VERBS: readonly Verb[] = [
  verb('prepare', 'prod [commit] [note]', 'offer one commit'),
  verb('promote', 'preprod [note]', 'offer what is accepted there to the environment above'),
  verb('approve', 'prod', 'approve a release'),
  verb('reject', 'prod reason', 'reject a release: one rejection ends it'),
  verb('deploy', 'prod', 'start it, or queue it'),
  verb('accept', 'prod', 'say that it is good: it may go to the environment above'),
  verb('fail', 'prod reason', 'say that it is faulty'),
  verb('cancel', 'prod [reason]', 'end a release that waits or runs'),
  verb('retry', 'prod', 'the deploy or verification again'),
  verb('rollback', 'prod [commit] reason', 'go back to what was accepted before'),
  verb('status', '[prod]', 'what runs where, and what waits'),
  verb('why', 'prod', 'what a release waits for'),
  verb('log', 'prod', 'the last lines of its log'),
  verb('help', '', 'all commands'),
];

/** What people ask in the thread of a release, which names the release already. */
const IN_THREADS = ['why', 'approve', 'log'];

function verb(name: string, usage: string, help: string): Verb {
  return { verb: name, usage, help };
}

/** Names that are offered at most. */
const MENTIONS = 8;

export interface Hint {
  /** Replaces what is typed. */
  insert: string;
  label: string;
  usage: string;
  help: string;
  /** Whether what is typed is already a complete message, so that Enter sends it. */
  complete: boolean;
}

interface Place {
  /** Name of the bot. */
  bot: string;
  /** Names of people. */
  people: readonly string[];
  inThread: boolean;
}

/** Hints for what begins with the typed text. Empty once it is complete. */
export function hintsFor(typed: string, { bot, people, inThread }: Place): Hint[] {
  const lower = typed.toLowerCase();
  const name = `@${bot.toLowerCase()}`;
  const [mention, started = ''] = /(?<=^|\s)@(\S*)$/u.exec(lower) ?? [];
  if (mention !== undefined) {
    const before = typed.slice(0, typed.length - mention.length);
    return [name, ...people.map((each) => `@${each}`)]
      .filter((each) => each.toLowerCase().startsWith(`@${started}`))
      .slice(0, MENTIONS)
      .map((each) => ({
        insert: `${before}${each}`,
        label: each,
        usage: '',
        help: each === name ? `ask ${bot} here` : '',
        complete: false,
      }));
  }
  const prefix = bot && lower.startsWith(`${name} `) ? name : '/release';
  if (prefix === '/release' && (inThread || !lower.startsWith('/'))) return [];
  const verbs = prefix === name && inThread ? VERBS.filter((each) => IN_THREADS.includes(each.verb)) : VERBS;
  const board = {
    insert: '/release',
    label: '/release',
    usage: '',
    help: 'what runs where, what waits, and Prepare…',
    complete: lower.trim() === '/release',
  };
  const completed = verbs
    .map((each) => ({
      insert: `${prefix} ${each.verb}`,
      label: `${prefix} ${each.verb}`,
      usage: inThread ? '' : each.usage,
      help: each.help,
      complete: false,
    }))
    .filter(({ insert }) => insert.startsWith(lower) && insert !== lower);
  return '/release'.startsWith(lower.trim()) ? [board, ...completed] : completed;
}

interface HintsProps {
  id: string;
  typed: string;
  hints: readonly Hint[];
  /** Index of the hint that Enter and Tab choose. */
  at: number;
  choose: (words: string) => void;
}

/** Shown above the composer: all matching commands, or the arguments of the typed one. */
export function Hints({ id, typed, hints, at, choose }: HintsProps) {
  const known = VERBS.find(({ verb: name }) => new RegExp(`^/release ${name}( |$)`).test(typed));
  if (known) {
    return (
      <p className="hints hint">
        <code>
          /release {known.verb} {known.usage}
        </code>{' '}
        {known.help}
      </p>
    );
  }
  if (hints.length === 0) return null;
  return (
    <div className="hints" id={id} role="listbox" aria-label="Commands">
      {hints.map((hint, index) => (
        <HintRow
          key={hint.insert}
          hint={hint}
          id={`${id}-${index}`}
          chosen={index === at}
          choose={() => choose(`${hint.insert} `)}
        />
      ))}
    </div>
  );
}

function HintRow({
  hint,
  id,
  chosen,
  choose,
}: {
  hint: Hint;
  id: string;
  chosen: boolean;
  choose: () => void;
}) {
  return (
    <Option id={id} chosen={chosen} choose={choose}>
      <strong>{hint.label}</strong> <span className="hint">{hint.usage}</span>
      <span className="hint help">{hint.help}</span>
    </Option>
  );
}
