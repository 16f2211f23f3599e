/** What `/release` takes, as a reminder for those who type; the bot decides. */
const VERBS: readonly [verb: string, usage: string][] = [
  ['status', 'what runs where'],
  ['help', 'everything that there is'],
  ['promote', 'integration'],
  ['prepare', 'prod abc123 [note]'],
  ['approve', 'prod'],
  ['reject', 'prod reason'],
  ['deploy', 'prod'],
  ['accept', 'prod'],
  ['fail', 'prod reason'],
  ['cancel', 'prod'],
  ['retry', 'prod'],
  ['rollback', 'prod [commit] reason'],
];

/** Commands that what was typed may become; none once the verb is complete. */
export function hintsFor(typed: string): { command: string; usage: string }[] {
  if (!typed.startsWith('/')) return [];
  return VERBS.map(([verb, usage]) => ({ command: `/release ${verb}`, usage })).filter(
    ({ command }) => command.startsWith(typed.toLowerCase()) && command !== typed,
  );
}

export function Hints({ typed, choose }: { typed: string; choose: (command: string) => void }) {
  const hints = hintsFor(typed);
  if (hints.length === 0) return null;
  return (
    <ul className="hints" aria-label="Commands">
      {hints.map(({ command, usage }) => (
        <li key={command}>
          <button type="button" onClick={() => choose(`${command} `)}>
            <strong>{command}</strong> <span className="hint">{usage}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
