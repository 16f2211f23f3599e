import type { CommandSettings } from '../../../flow/settings/steps.ts';
import type { Written } from '../schema.ts';

type WrittenProduct = Written['products'][string];

/** A command as it is written, with its limit. */
export function toCommand(
  step: { run: string; timeout: number } & Pick<WrittenProduct['build'], 'env' | 'image'>,
): CommandSettings {
  return { run: step.run, timeoutMs: step.timeout, ...extras(step) };
}

/** What a command has beside its script, where it has it. */
export function extras({
  env,
  image,
}: Pick<WrittenProduct['build'], 'env' | 'image'>): Pick<CommandSettings, 'env' | 'image'> {
  return {
    ...(Object.keys(env).length === 0 ? {} : { env: textsOf(env) }),
    ...(image === undefined ? {} : { image }),
  };
}

/** The variables with their values filled in. */
export function textsOf(env: WrittenProduct['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, { text }]) => [name, text]));
}
