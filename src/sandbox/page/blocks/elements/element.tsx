import { useEffect, useRef, useState } from 'react';
import { follow } from '../../shared/links.ts';
import { useSurface, type Value } from '../surface.ts';
import { asArray, asRecord, asText } from '../unknown.ts';
import { ActionButton } from './button.tsx';
import { Choices } from './choices.tsx';
import { Confirm } from './confirm.tsx';
import type { ControlProps } from './control.ts';
import { dispatchesOn, Picker, TextField } from './fields.tsx';
import { Menu } from './menu.tsx';
import { ExternalSelect, StaticSelect } from './select.tsx';
import { CONTROLS, initialOf, optionOf } from './values.ts';

type Fields = Record<string, unknown>;

/** How long typing must pause before the bot is told, in milliseconds. */
const PAUSE_MS = 250;

/** An interactive element of a section or a row of actions. */
export function Element({ element, blockId }: { element: Fields; blockId: string }) {
  const type = asText(element.type);
  if (type === 'image') return <img src={asText(element.image_url)} alt={asText(element.alt_text)} />;
  if (type === 'button') return <ActionButton button={element} blockId={blockId} />;
  if (type === 'overflow') return <Overflow element={element} blockId={blockId} />;
  if (!CONTROLS.includes(type)) {
    return <span className="hint">(The page cannot draw an element of type “{type}”.)</span>;
  }
  const field = { name: `${blockId}|${asText(element.action_id)}`, 'aria-label': nameOf(element) };
  return <Control element={element} blockId={blockId} field={field} dispatches clearable={false} />;
}

/** A name for screen readers where no label says more. */
function nameOf(element: Fields): string {
  return asText(asRecord(element.placeholder).text) || 'Choose an option';
}

interface HolderProps {
  element: Fields;
  blockId: string;
  field: Record<string, unknown>;
  /** Whether the bot is told of changes. */
  dispatches: boolean;
  clearable: boolean;
}

/** Holds the value of an element, asks for confirmation, and tells the bot. */
export function Control({ element, blockId, field, dispatches, clearable }: HolderProps) {
  const surface = useSurface();
  const [asking, setAsking] = useState<{ value: Value } | null>(null);
  const [busy, setBusy] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const actionId = asText(element.action_id);
  const entered = surface.values[blockId]?.[actionId];
  const tell = async (value: Value) => {
    setAsking(null);
    surface.set(blockId, actionId, value);
    setBusy(true);
    await surface.act(blockId, actionId, value);
    setBusy(false);
  };
  const change = (value: Value, settled = true) => {
    clearTimeout(timer.current);
    if (settled && dispatches) {
      if (element.confirm) setAsking({ value });
      else void tell(value);
      return;
    }
    surface.set(blockId, actionId, value);
    if (settled || !dispatches || !dispatchesOn(element, 'on_character_entered')) return;
    timer.current = setTimeout(() => void tell(value), PAUSE_MS);
  };
  const props: ControlProps = {
    element,
    blockId,
    value: entered === undefined ? initialOf(element) : entered,
    field,
    busy,
    dispatches,
    clearable,
    change,
  };
  return (
    <>
      <Drawn {...props} />
      {asking ? (
        <Confirm confirm={element.confirm} yes={() => void tell(asking.value)} no={() => setAsking(null)} />
      ) : null}
    </>
  );
}

function Drawn(props: ControlProps) {
  switch (props.element.type) {
    case 'external_select':
      return <ExternalSelect {...props} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Choices {...props} />;
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <Picker {...props} />;
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return <StaticSelect {...props} />;
    default:
      return <TextField {...props} />;
  }
}

function Overflow({ element, blockId }: { element: Fields; blockId: string }) {
  const { act } = useSurface();
  const [asking, setAsking] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async (value: string) => {
    setAsking(null);
    setBusy(true);
    await act(blockId, asText(element.action_id), value);
    setBusy(false);
  };
  const items = asArray(element.options).map((each) => {
    const { value, text, description } = optionOf(each);
    const choose = () => {
      const url = asText(asRecord(each).url);
      if (url) follow(url);
      if (element.confirm) setAsking(value);
      else void go(value);
    };
    return { key: value, label: text, description, choose };
  });
  return (
    <>
      <Menu
        label={asText(element.accessibility_label) || 'More'}
        className="button"
        busy={busy}
        items={items}
      >
        ⋯
      </Menu>
      {asking !== null ? (
        <Confirm confirm={element.confirm} yes={() => void go(asking)} no={() => setAsking(null)} />
      ) : null}
    </>
  );
}
