import type { CurrentSettings } from '../../../flow/settings/current.ts';
import type { Written } from '../schema.ts';
import { textsOf, toCommand } from '../steps/command.ts';

type WrittenCurrent = NonNullable<Written['products'][string]['environments'][number]['current']>;

export function toCurrent({ run, http, timeout, env, image }: WrittenCurrent): CurrentSettings {
  if (http !== undefined) {
    const { url, field, headers } = http;
    return { ask: { address: { url, field: field?.split('.') ?? null, headers: textsOf(headers) } } };
  }
  if (run === undefined)
    throw new RangeError('the rules let no environment through that is asked by nothing');
  return { ask: { command: toCommand({ run, timeout, env, image }) } };
}
