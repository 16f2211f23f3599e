import { Control } from './elements/element.tsx';
import { CONTROLS } from './elements/values.ts';
import { useSurface } from './surface.ts';
import { asRecord, asText, wordsOf } from './unknown.ts';

/** Elements of several fields, which their label names as a group. */
const GROUPS = ['checkboxes', 'radio_buttons'];

/** An `input` block: a label, an element, a hint, and what is wrong with it. */
export function Input({ block }: { block: Record<string, unknown> }) {
  const { errors } = useSurface();
  const element = asRecord(block.element);
  const blockId = asText(block.block_id);
  const id = `${blockId}|${asText(element.action_id)}`;
  const error = errors[blockId];
  const described = [error ? `${id}|error` : '', block.hint ? `${id}|hint` : ''].filter(Boolean).join(' ');
  const label = (
    <>
      {wordsOf(block.label)}
      {block.optional === true ? <span className="hint"> (optional)</span> : null}
    </>
  );
  const isGroup = GROUPS.includes(asText(element.type));
  const field = {
    id,
    name: id,
    'aria-invalid': error !== undefined,
    'aria-required': block.optional !== true && !isGroup,
    'aria-describedby': described || undefined,
    ...(isGroup ? { 'aria-labelledby': `${id}|label` } : {}),
  };
  return (
    <div className="field">
      {isGroup ? (
        <p id={`${id}|label`} className="label" dir="auto">
          {label}
        </p>
      ) : (
        <label htmlFor={id} className="label" dir="auto">
          {label}
        </label>
      )}
      {CONTROLS.includes(asText(element.type)) ? (
        <Control
          key={id}
          element={element}
          blockId={blockId}
          field={field}
          dispatches={block.dispatch_action === true}
          clearable={block.optional === true}
        />
      ) : (
        <p className="hint">(The page cannot draw an element of type “{asText(element.type)}”.)</p>
      )}
      {block.hint ? (
        <p id={`${id}|hint`} className="hint" dir="auto">
          {wordsOf(block.hint)}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}|error`} className="error" role="alert" dir="auto">
          {error}
        </p>
      ) : null}
    </div>
  );
}
