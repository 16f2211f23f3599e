import { useContext, useEffect, useRef, useState } from 'react';
import { useSurface } from '../surface.ts';
import { NamesContext } from '../text.tsx';
import { asText, wordsOf } from '../unknown.ts';
import { Combobox, type Offer } from './combobox.tsx';
import type { ControlProps } from './control.ts';
import { groupsOf, type Option, type OptionGroup, optionOf } from './values.ts';

/** A menu whose options are known: of the bot, or the people or channels of the workspace. */
export function StaticSelect({ element, value, field, busy, clearable, change }: ControlProps) {
  const names = useContext(NamesContext);
  const [query, setQuery] = useState('');
  const groups = element.type === 'static_select' ? groupsOf(element) : namesFor(asText(element.type), names);
  const matching = groups
    .map((group) => ({ ...group, options: group.options.filter((option) => isMatch(option, query)) }))
    .filter(({ options }) => options.length > 0);
  const offer: Offer = { groups: matching, note: matching.length === 0 ? 'Nothing matches.' : '' };
  return (
    <Combobox
      field={field}
      placeholder={wordsOf(element.placeholder) || 'Choose an option'}
      busy={busy}
      chosen={groups.flatMap(({ options }) => options).find((option) => option.value === value) ?? null}
      offer={offer}
      search={(typed) => setQuery(typed ?? '')}
      choose={(option) => change(option?.value ?? null)}
      clearable={clearable}
    />
  );
}

function isMatch({ text, description }: Option, query: string): boolean {
  return `${text} ${description}`.toLowerCase().includes(query.trim().toLowerCase());
}

function namesFor(type: string, { people, channels }: React.ContextType<typeof NamesContext>): OptionGroup[] {
  const named =
    type === 'users_select'
      ? people.map(({ id, name }) => ({ value: id, text: name, description: '' }))
      : channels
          .filter(({ isDirect }) => !isDirect)
          .map(({ id, name }) => ({ value: id, text: `#${name}`, description: '' }));
  return [{ label: '', options: named }];
}

/** Letters that must be typed before Slack asks the bot, unless the element says otherwise. */
const MIN_QUERY = 3;

/** How long typing must pause before the bot is asked, in milliseconds. */
const PAUSE_MS = 150;

const NOTHING: Offer = { groups: [], note: '' };

/** A menu whose options come from the bot while the person types. */
export function ExternalSelect({ element, blockId, value, field, busy, clearable, change }: ControlProps) {
  const { suggest } = useSurface();
  const [offer, setOffer] = useState<Offer>(NOTHING);
  const [known, setKnown] = useState<Option | null>(null);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const least = typeof element.min_query_length === 'number' ? element.min_query_length : MIN_QUERY;
  const initial = element.initial_option ? optionOf(element.initial_option) : null;
  const chosen = [known, initial].find((option) => option?.value === value) ?? null;
  const search = (query: string | null) => {
    asked.current += 1;
    clearTimeout(timer.current);
    if (query === null) return;
    if (query.trim().length < least) {
      setOffer({ groups: [], note: `Type at least ${least} ${least === 1 ? 'character' : 'characters'}.` });
      return;
    }
    const mine = asked.current;
    setOffer((before) => ({ groups: before.groups, note: 'Loading …' }));
    const ask = async () => {
      const answer = await suggest(blockId, asText(element.action_id), query);
      // Only the newest question is answered: an older answer may come later.
      if (mine === asked.current) setOffer(offerOf(answer));
    };
    timer.current = setTimeout(() => void ask(), query === '' ? 0 : PAUSE_MS);
  };
  return (
    <Combobox
      field={field}
      placeholder={wordsOf(element.placeholder) || 'Type to search'}
      busy={busy}
      chosen={chosen ?? (typeof value === 'string' ? { value, text: value, description: '' } : null)}
      offer={offer}
      search={search}
      choose={(option) => {
        setKnown(option);
        change(option?.value ?? null);
      }}
      clearable={clearable}
    />
  );
}

function offerOf(answer: Awaited<ReturnType<ReturnType<typeof useSurface>['suggest']>>): Offer {
  if (!answer.ok) return { groups: [], note: answer.error };
  const groups = answer.groups.map(({ label, options }) => ({
    label: label ?? '',
    options: options.map((option) => ({ ...option, description: option.description ?? '' })),
  }));
  const isNone = groups.every(({ options }) => options.length === 0);
  return { groups, note: isNone ? 'Nothing found.' : '' };
}
