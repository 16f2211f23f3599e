import { useContext, useEffect, useMemo, useState } from 'react';
import type { SandboxValues, SandboxView } from '../../protocol.ts';
import { initialOf, isEmpty } from '../blocks/elements/values.ts';
import { type Surface, type Value, withValue } from '../blocks/surface.ts';
import { asArray, asRecord, asText } from '../blocks/unknown.ts';
import { KeptContext } from '../shared/kept.ts';
import { send, suggest } from '../shared/server.ts';

type Fields = Record<string, unknown>;
type Errors = Record<string, string>;

export interface Form {
  blocks: Fields[];
  surface: Surface;
  values: SandboxValues;
  /** A sentence about a change that the bot did not acknowledge. Empty: none. */
  problem: string;
  setProblem: (problem: string) => void;
  setErrors: (errors: Errors) => void;
}

/** The values of a modal or a Home tab, kept while the bot changes it and while another modal covers it. */
export function useForm(shown: SandboxView, as: string): Form {
  const { forms } = useContext(KeptContext);
  const [values, setValues] = useState<SandboxValues>(() => forms.get(shown.id) ?? shown.values);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState('');
  const blocks = useMemo(() => asArray(asRecord(shown.view).blocks).map(asRecord), [shown.view]);
  // What the person entered belongs to elements by their ids: those that are gone take it with them.
  useEffect(() => setValues((before) => stillThere(blocks, before)), [blocks]);
  useEffect(() => {
    forms.set(shown.id, values);
  }, [forms, shown.id, values]);
  const surface = useMemo<Surface>(() => {
    const viewId = shown.id;
    return {
      values,
      errors,
      set: (blockId, actionId, value) => setValues((before) => withValue(before, blockId, actionId, value)),
      async act(blockId, actionId, value) {
        const chosen: { value?: Value } = value === undefined ? {} : { value };
        const all = value === undefined ? values : withValue(values, blockId, actionId, value);
        const change = { as, viewId, blockId, actionId, ...chosen, values: all };
        const answer = await send('/sandbox/change', change);
        setProblem(answer.ok ? '' : answer.error);
      },
      suggest: (blockId, actionId, query) => suggest({ as, place: { viewId }, blockId, actionId, query }),
    };
  }, [shown.id, as, values, errors]);
  return { blocks, surface, values, problem, setProblem, setErrors };
}

/** The elements of a block that have values. */
function elementsOf(block: Fields): Fields[] {
  return [...asArray(block.elements), block.accessory, block.element].map(asRecord);
}

function stillThere(blocks: readonly Fields[], values: SandboxValues): SandboxValues {
  const ids = new Set(
    blocks.flatMap((block) =>
      elementsOf(block).map((one) => `${asText(block.block_id)}|${asText(one.action_id)}`),
    ),
  );
  const kept: SandboxValues = {};
  for (const [blockId, entered] of Object.entries(values)) {
    const there = Object.entries(entered).filter(([actionId]) => ids.has(`${blockId}|${actionId}`));
    if (there.length > 0) kept[blockId] = Object.fromEntries(there);
  }
  return kept;
}

/** What is wrong with the inputs before they are sent, by block id: Slack checks this itself. */
export function faultsOf(blocks: readonly Fields[], values: SandboxValues): Errors {
  const faults: Errors = {};
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const element = asRecord(block.element);
    const blockId = asText(block.block_id);
    const entered = values[blockId]?.[asText(element.action_id)];
    const value = entered === undefined ? initialOf(element) : entered;
    const least = Number(element.min_length ?? 0);
    if (isEmpty(value)) {
      if (block.optional !== true) faults[blockId] = 'Please complete this required field.';
    } else if (typeof value === 'string' && value.length < least) {
      faults[blockId] = `Please enter at least ${least} characters.`;
    } else if (element.type === 'number_input' && !Number.isFinite(Number(value))) {
      faults[blockId] = 'Please enter a number.';
    }
  }
  return faults;
}
