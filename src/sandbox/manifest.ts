import { parse } from 'yaml';
import * as z from 'zod/mini';
import type { AppInstallation } from './workspace/types.ts';

const flag = z.exactOptional(z.boolean());

/** The parts of an app's manifest that the workspace goes by. */
const schema = z.object({
  features: z.object({
    app_home: z.exactOptional(z.object({ home_tab_enabled: flag, messages_tab_enabled: flag })),
    shortcuts: z.exactOptional(
      z.array(
        z.object({ name: z.string(), type: z.string(), callback_id: z.string(), description: z.string() }),
      ),
    ),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.exactOptional(z.object({ bot_events: z.array(z.string()) })),
  }),
});

/** What a manifest, as YAML, gives the app. What it leaves out, the app does not have. */
export function appOf(manifest: string): AppInstallation {
  const { features, oauth_config, settings } = schema.parse(parse(manifest));
  return {
    scopes: oauth_config.scopes.bot,
    events: settings.event_subscriptions?.bot_events ?? [],
    homeTab: features.app_home?.home_tab_enabled ?? false,
    messagesTab: features.app_home?.messages_tab_enabled ?? false,
    shortcuts: (features.shortcuts ?? [])
      .filter(({ type }) => type === 'message')
      .map(({ callback_id: callbackId, name, description }) => ({ callbackId, name, description })),
  };
}
