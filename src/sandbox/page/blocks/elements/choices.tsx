import { Text } from '../text.tsx';
import { asArray, asRecord, asText } from '../unknown.ts';
import type { ControlProps } from './control.ts';

/** Checkboxes or radio buttons. */
export function Choices({ element, value, field, busy, change }: ControlProps) {
  const several = element.type === 'checkboxes';
  const chosen = [value ?? []].flat();
  const toggle = (option: string, on: boolean) => {
    if (!several) change(option);
    else change(on ? [...chosen, option] : chosen.filter((each) => each !== option));
  };
  const { id, name, ...labels } = field;
  return (
    <div {...labels} role={several ? 'group' : 'radiogroup'} className="choices" aria-busy={busy}>
      {asArray(element.options).map((each, index) => {
        const { value: own, text, description } = asRecord(each);
        const option = asText(own);
        return (
          <label key={option}>
            <input
              id={index === 0 ? String(id) : undefined}
              type={several ? 'checkbox' : 'radio'}
              name={String(name)}
              value={option}
              checked={chosen.includes(option)}
              onChange={(event) => toggle(option, event.target.checked)}
            />
            <span>
              <Text value={text} />
              {description ? (
                <span className="hint">
                  <Text value={description} />
                </span>
              ) : null}
            </span>
          </label>
        );
      })}
    </div>
  );
}
