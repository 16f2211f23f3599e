import { type FormEvent, useState } from 'react';
import type { SandboxState, SandboxView } from '../protocol.ts';
import { Blocks } from './blocks/blocks.tsx';
import { Dialog } from './blocks/dialog.tsx';
import { asArray, asRecord, asText, wordsOf } from './blocks/unknown.ts';
import { send } from './shared/server.ts';

type Values = Record<string, Record<string, string | null>>;

/** The topmost modal of the acting person. */
export function Modal({ shown, state }: { shown: SandboxView; state: SandboxState }) {
  const view = asRecord(shown.view);
  const blocks = asArray(view.blocks).map(asRecord);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const close = () => void send('/sandbox/close', { as: state.as, viewId: shown.id });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = valuesOf(blocks, new FormData(event.currentTarget));
    const missing = missingOf(blocks, values);
    setErrors(missing);
    const [first] = Object.keys(missing);
    if (first !== undefined) {
      focusOn(event.currentTarget, first);
      return;
    }
    setBusy(true);
    const answer = await send('/sandbox/submit', { as: state.as, viewId: shown.id, values });
    setBusy(false);
    if (answer.ok) return;
    setErrors(answer.errors ?? {});
    setProblem(answer.errors ? '' : answer.error);
  };
  return (
    <Dialog label={wordsOf(view.title)} shown={shown.hash} close={close}>
      <form noValidate onSubmit={submit}>
        <header>
          <h2>{wordsOf(view.title)}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        <div className="dialog-body">
          {blocks.map((block, index) =>
            block.type === 'input' ? (
              <Input key={asText(block.block_id)} block={block} error={errors[asText(block.block_id)]} />
            ) : (
              <Blocks
                // biome-ignore lint/suspicious/noArrayIndexKey: blocks without an id keep their place in a view
                key={`${shown.id}-${index}`}
                blocks={[block]}
                press={async () => undefined}
              />
            ),
          )}
          {problem ? <p className="error">{problem}</p> : null}
        </div>
        <footer>
          <button type="button" className="button" onClick={close}>
            {wordsOf(view.close) || 'Cancel'}
          </button>
          {view.submit ? (
            <button type="submit" className="button primary" disabled={busy} aria-busy={busy}>
              {wordsOf(view.submit)}
            </button>
          ) : null}
        </footer>
      </form>
    </Dialog>
  );
}

function Input({ block, error }: { block: Record<string, unknown>; error: string | undefined }) {
  const element = asRecord(block.element);
  const name = nameOf(block);
  const optional = block.optional === true;
  const common = {
    id: name,
    name,
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${name}|error`,
    placeholder: wordsOf(element.placeholder),
  };
  return (
    <div className="field">
      <label htmlFor={name}>
        {wordsOf(block.label)}
        {optional ? <span className="hint"> (optional)</span> : null}
      </label>
      {element.type === 'radio_buttons' ? (
        <Radios name={name} element={element} />
      ) : element.type === 'static_select' ? (
        <select {...common} defaultValue={asText(asRecord(element.initial_option).value)}>
          {asArray(element.options).map((option) => {
            const { value, text } = asRecord(option);
            return (
              <option key={asText(value)} value={asText(value)}>
                {wordsOf(text)}
              </option>
            );
          })}
        </select>
      ) : element.multiline === true ? (
        <textarea
          {...common}
          rows={3}
          maxLength={Number(element.max_length ?? 3000)}
          defaultValue={asText(element.initial_value)}
        />
      ) : (
        <input
          {...common}
          maxLength={Number(element.max_length ?? 3000)}
          defaultValue={asText(element.initial_value)}
        />
      )}
      {block.hint ? <p className="hint">{wordsOf(block.hint)}</p> : null}
      {error ? (
        <p id={`${name}|error`} className="error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function Radios({ name, element }: { name: string; element: Record<string, unknown> }) {
  const initial = asText(asRecord(element.initial_option).value);
  return (
    <div className="radios">
      {asArray(element.options).map((option) => {
        const { value, text } = asRecord(option);
        return (
          <label key={asText(value)}>
            <input type="radio" name={name} value={asText(value)} defaultChecked={value === initial} />{' '}
            {wordsOf(text)}
          </label>
        );
      })}
    </div>
  );
}

/** Focuses the input of this block. */
function focusOn(form: HTMLFormElement, blockId: string): void {
  const fields = [...form.querySelectorAll<HTMLElement>('[name]')];
  fields.find((field) => field.getAttribute('name')?.startsWith(`${blockId}|`))?.focus();
}

function nameOf(block: Record<string, unknown>): string {
  return `${asText(block.block_id)}|${asText(asRecord(block.element).action_id)}`;
}

function valuesOf(blocks: Record<string, unknown>[], form: FormData): Values {
  const values: Values = {};
  for (const block of blocks.filter((candidate) => candidate.type === 'input')) {
    const typed = form.get(nameOf(block));
    const value = typeof typed === 'string' && typed !== '' ? typed : null;
    values[asText(block.block_id)] = { [asText(asRecord(block.element).action_id)]: value };
  }
  return values;
}

/** Checks the input before it is sent, like Slack. */
function missingOf(blocks: Record<string, unknown>[], values: Values): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input' || block.optional === true) continue;
    const id = asText(block.block_id);
    const [value] = Object.values(values[id] ?? {});
    if (!value?.trim()) missing[id] = 'Please complete this required field.';
  }
  return missing;
}
