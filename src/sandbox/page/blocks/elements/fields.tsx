import type { KeyboardEvent } from 'react';
import { asArray, asRecord, asText, wordsOf } from '../unknown.ts';
import type { ControlProps } from './control.ts';

const LONGEST = 3000;

const TYPES: Record<string, string> = { email_text_input: 'email', url_text_input: 'url' };

/** A field for text, an address or a number. */
export function TextField({ element, value, field, dispatches, change }: ControlProps) {
  const text = typeof value === 'string' ? value : '';
  const common = {
    ...field,
    dir: 'auto',
    value: text,
    placeholder: wordsOf(element.placeholder),
    maxLength: Number(element.max_length ?? LONGEST),
  };
  const enter = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (!dispatches || !dispatchesOn(element, 'on_enter_pressed')) return;
    if (element.multiline === true && event.shiftKey) return;
    event.preventDefault();
    change(text || null);
  };
  if (element.multiline === true) {
    return (
      <textarea
        {...common}
        rows={3}
        onChange={(event) => change(event.target.value || null, false)}
        onKeyDown={(event) => {
          // In a field of several lines, Enter tells the bot only where the element asks for it by name.
          if (element.dispatch_action_config) enter(event);
        }}
      />
    );
  }
  return (
    <input
      {...common}
      type={TYPES[asText(element.type)] ?? 'text'}
      inputMode={element.type === 'number_input' ? 'decimal' : undefined}
      onChange={(event) => change(event.target.value || null, false)}
      onKeyDown={enter}
    />
  );
}

/** Whether the bot is told on this occasion. Without a configuration: only when Enter is pressed. */
export function dispatchesOn(element: Record<string, unknown>, occasion: string): boolean {
  const on = asArray(asRecord(element.dispatch_action_config).trigger_actions_on);
  return on.length === 0 ? occasion === 'on_enter_pressed' : on.includes(occasion);
}

/** A date, a time, or both, in the pickers of the browser. */
export function Picker({ element, value, field, change }: ControlProps) {
  const text = typeof value === 'string' ? value : '';
  const zone = asText(element.timezone);
  if (element.type === 'datetimepicker') {
    return (
      <input
        {...field}
        type="datetime-local"
        value={localOf(text)}
        onChange={(event) => change(secondsOf(event.target.value))}
      />
    );
  }
  return (
    <>
      <input
        {...field}
        type={element.type === 'datepicker' ? 'date' : 'time'}
        value={text}
        onChange={(event) => change(event.target.value || null)}
      />
      {zone ? <span className="hint"> {zone}</span> : null}
    </>
  );
}

/** Seconds since the epoch, as the picker writes them: in the reader's time zone. */
function localOf(seconds: string): string {
  if (seconds === '') return '';
  const date = new Date(Number(seconds) * 1000);
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function secondsOf(local: string): string | null {
  const ms = Date.parse(local);
  return Number.isNaN(ms) ? null : String(Math.floor(ms / 1000));
}
