import { Message } from 'slack-blocks-to-jsx';
import type { SandboxState } from '../protocol.ts';
import { ActionButton, type Press } from './button.tsx';
import { asArray, asRecord, asText } from './unknown.ts';

interface BlocksProps {
  blocks: readonly unknown[];
  state: SandboxState;
  press: Press;
}

/** Draws blocks; buttons are our own, so that they can be pressed, confirmed and read by their label. */
export function Blocks({ blocks, state, press }: BlocksProps) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => {
        const record = asRecord(block);
        const key = `${asText(record.block_id)}-${index}`;
        if (record.type === 'actions') return <Actions key={key} block={record} press={press} />;
        const { accessory, ...rest } = record;
        return (
          <div key={key} className={accessory ? 'with-accessory' : undefined}>
            <Drawn block={rest} state={state} />
            {accessory ? (
              <ActionButton button={asRecord(accessory)} blockId={asText(record.block_id)} press={press} />
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

function Actions({ block, press }: { block: Record<string, unknown>; press: Press }) {
  return (
    <div className="actions">
      {asArray(block.elements).map((element) => {
        const button = asRecord(element);
        return (
          <ActionButton
            key={asText(button.action_id)}
            button={button}
            blockId={asText(block.block_id)}
            press={press}
          />
        );
      })}
    </div>
  );
}

/** What people only read: text, context, rich text, by a library that knows Slack's looks. */
function Drawn({ block, state }: { block: Record<string, unknown>; state: SandboxState }) {
  const users = state.people.map(({ id, name }) => ({ id, name }));
  const channels = state.channels.map(({ id, name }) => ({ id, name }));
  return (
    <Message
      blocks={[block as never]}
      logo=""
      name=""
      time={new Date(0)}
      data={{ users, channels, user_groups: [] }}
      withoutWrapper
    />
  );
}
