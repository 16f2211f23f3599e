import { useEffect, useState } from 'react';
import type { SandboxFault, SandboxState } from '../../protocol.ts';
import { send } from '../shared/server.ts';

interface Words {
  fault: SandboxFault;
  label: string;
  help: string;
}

const FAULTS: readonly Words[] = [
  { fault: 'down', label: 'Slack is down', help: 'Every call of the bot fails.' },
  { fault: 'slow', label: 'Slack is slow', help: 'Every call of the bot takes seconds.' },
  { fault: 'rate_limited', label: 'Too many calls', help: 'The bot is told to wait (429).' },
  { fault: 'answer_lost', label: 'Answers get lost', help: 'Calls are done, but the bot does not hear so.' },
  { fault: 'twice', label: 'Delivered twice', help: 'The bot gets every click and event two times.' },
  { fault: 'plain_blocks', label: 'Older Slack', help: 'Blocks “plan” and “task_card” are refused.' },
];

function turn(fault: SandboxFault, on: boolean): void {
  void send('/sandbox/fault', { fault, on });
}

/** Switches for what can go wrong with Slack. */
export function Faults({ on }: { on: SandboxState['faults'] }) {
  return (
    <details className="faults" open={on.length > 0 || undefined}>
      <summary>Make Slack fail</summary>
      {FAULTS.map((words) => (
        <Switch key={words.fault} words={words} isOn={on.includes(words.fault)} />
      ))}
    </details>
  );
}

/** Moves at once, before the server has heard. */
function Switch({ words: { fault, label, help }, isOn }: { words: Words; isOn: boolean }) {
  const [checked, setChecked] = useState(isOn);
  useEffect(() => setChecked(isOn), [isOn]);
  return (
    <label>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        onChange={(event) => {
          setChecked(event.target.checked);
          turn(fault, event.target.checked);
        }}
      />
      <span>
        {label}
        <span className="hint">{help}</span>
      </span>
    </label>
  );
}

/** Says which faults are on, so that nobody wonders later. */
export function FaultsBanner({ on }: { on: SandboxState['faults'] }) {
  if (on.length === 0) return null;
  const labels = FAULTS.filter(({ fault }) => on.includes(fault)).map(({ label }) => label);
  return (
    <div className="faults-on" role="status">
      <span>On purpose: {labels.join(' · ')}</span>
      <button
        type="button"
        className="link"
        onClick={() => {
          for (const fault of on) turn(fault, false);
        }}
      >
        Back to normal
      </button>
    </div>
  );
}
