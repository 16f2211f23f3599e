interface Hint {
  command: string;
  /** Example arguments of the command. */
  usage: string;
  help: string;
}

/** Reminders for people who type. What is valid is decided by the bot. */
const HINTS: readonly Hint[] = [
  hint('prepare', 'prod [commit] [note]', 'offer one commit'),
  hint('promote', 'preprod [note]', 'offer what is accepted there to the environment above'),
  hint('approve', 'prod', 'approve a release'),
  hint('reject', 'prod reason', 'reject a release: one rejection ends it'),
  hint('deploy', 'prod', 'start it, or queue it'),
  hint('accept', 'prod', 'say that it is good: it may go to the environment above'),
  hint('fail', 'prod reason', 'say that it is faulty'),
  hint('cancel', 'prod [reason]', 'end a release that waits or runs'),
  hint('retry', 'prod', 'the deploy or verification again'),
  hint('rollback', 'prod [commit] reason', 'go back to what was accepted before'),
  hint('status', '[prod]', 'what runs where, and what waits'),
  hint('help', '', 'all commands'),
];

function hint(verb: string, usage: string, help: string): Hint {
  return { command: `/release ${verb}`, usage, help };
}

/** Hints for commands that begin with the typed text. Empty once the command is complete. */
export function hintsFor(typed: string): Hint[] {
  if (!typed.startsWith('/')) return [];
  return HINTS.filter(({ command }) => command.startsWith(typed.toLowerCase()) && command !== typed);
}

interface HintsProps {
  typed: string;
  /** Index of the hint that Enter and Tab choose. */
  at: number;
  choose: (command: string) => void;
}

/** Shown above the composer: all matching commands, or the arguments of the typed one. */
export function Hints({ typed, at, choose }: HintsProps) {
  const hints = hintsFor(typed);
  const known = HINTS.find(({ command }) => typed === command || typed.startsWith(`${command} `));
  if (known) {
    return (
      <p className="hints hint">
        <code>
          {known.command} {known.usage}
        </code>{' '}
        {known.help}
      </p>
    );
  }
  if (hints.length === 0) return null;
  return (
    <ul className="hints" aria-label="Commands">
      {hints.map(({ command, usage, help }, index) => (
        <li key={command}>
          <button
            type="button"
            tabIndex={-1}
            className={index === at ? 'chosen' : undefined}
            onClick={() => choose(`${command} `)}
          >
            <strong>{command}</strong> <span className="hint">{usage}</span>
            <span className="hint help">{help}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
