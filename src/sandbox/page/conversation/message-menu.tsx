import { createContext, useContext, useState } from 'react';
import type { SandboxMessage, SandboxState } from '../../protocol.ts';
import { Menu } from '../blocks/elements/menu.tsx';
import { NamesContext } from '../blocks/text.tsx';
import { permalinkOf } from '../shared/links.ts';
import { send } from '../shared/server.ts';

/** The bot's shortcuts in the menu of a message. */
export const ShortcutsContext = createContext<SandboxState['shortcuts']>([]);

interface MessageMenuProps {
  message: SandboxMessage;
  /** Absent inside a thread. */
  reply?: (() => void) | undefined;
  /** Called with a sentence when a shortcut failed, and with an empty one when it did not. */
  tell: (problem: string) => void;
}

/** The ⋯ menu of a message. */
export function MessageMenu({ message, reply, tell }: MessageMenuProps) {
  const shortcuts = useContext(ShortcutsContext);
  const { as, people } = useContext(NamesContext);
  const [busy, setBusy] = useState(false);
  const bot = people.find(({ isBot }) => isBot)?.name ?? '';
  const { channel, ts } = message;
  const run = async (callbackId: string) => {
    setBusy(true);
    const answer = await send('/sandbox/shortcut', { as, channel, ts, callbackId });
    setBusy(false);
    tell(answer.ok ? '' : answer.error);
  };
  const items = shortcuts.map(({ callbackId, name }) => ({
    key: callbackId,
    label: name,
    description: bot,
    choose: () => void run(callbackId),
  }));
  const replying = reply ? [{ key: 'reply', label: 'Reply in thread', choose: reply }] : [];
  const copy = {
    key: 'copy link',
    label: 'Copy link',
    choose: () => void navigator.clipboard?.writeText(permalinkOf(channel, ts)),
  };
  return (
    <Menu label="More actions" className="tool" busy={busy} items={[...items, ...replying, copy]}>
      ⋯
    </Menu>
  );
}
