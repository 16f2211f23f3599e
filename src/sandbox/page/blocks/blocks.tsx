import { ActionButton, type Press } from './button.tsx';
import { RichText } from './rich-text.tsx';
import { Table } from './table.tsx';
import { Text } from './text.tsx';
import { asArray, asRecord, asText, wordsOf } from './unknown.ts';

type Block = Record<string, unknown>;

interface BlocksProps {
  blocks: readonly unknown[];
  press: Press;
}

/** Draws the blocks that `limits.ts` accepts, and a placeholder for those that the page cannot draw. */
export function Blocks({ blocks, press }: BlocksProps) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => {
        const record = asRecord(block);
        const key = `${asText(record.block_id)}-${index}`;
        return <Drawn key={key} block={record} press={press} />;
      })}
    </div>
  );
}

function Drawn({ block, press }: { block: Block; press: Press }) {
  switch (block.type) {
    case 'section':
      return <Section block={block} press={press} />;
    case 'context':
      return <Context block={block} />;
    case 'rich_text':
      return (
        <div className="block">
          <RichText block={block} />
        </div>
      );
    case 'actions':
      return <Actions block={block} press={press} />;
    case 'header':
      return <h3 className="block">{wordsOf(block.text)}</h3>;
    case 'divider':
      return <hr />;
    case 'image':
      return <img className="block" src={asText(block.image_url)} alt={asText(block.alt_text)} />;
    case 'table':
      return <Table block={block} />;
    case 'markdown':
      return <p className="block text">{asText(block.text)}</p>;
    default:
      return <p className="block hint">(The page cannot draw a block of type “{asText(block.type)}”.)</p>;
  }
}

function Section({ block, press }: { block: Block; press: Press }) {
  const fields = asArray(block.fields);
  const accessory = asRecord(block.accessory);
  return (
    <div className={accessory.type ? 'block with-accessory' : 'block'}>
      <div>
        {block.text ? <Text value={block.text} /> : null}
        {fields.length > 0 ? (
          <div className="fields">
            {fields.map((field, index) => {
              const key = `field-${index}`;
              return (
                <div key={key}>
                  <Text value={field} />
                </div>
              );
            })}
          </div>
        ) : null}
      </div>
      {accessory.type ? <Element element={accessory} block={block} press={press} /> : null}
    </div>
  );
}

function Context({ block }: { block: Block }) {
  return (
    <div className="block context">
      {asArray(block.elements).map((element, index) => {
        const key = `element-${index}`;
        const { type, image_url, alt_text } = asRecord(element);
        return type === 'image' ? (
          <img key={key} src={asText(image_url)} alt={asText(alt_text)} />
        ) : (
          <div key={key}>
            <Text value={element} />
          </div>
        );
      })}
    </div>
  );
}

function Actions({ block, press }: { block: Block; press: Press }) {
  return (
    <div className="actions">
      {asArray(block.elements).map((element) => {
        const record = asRecord(element);
        return <Element key={asText(record.action_id)} element={record} block={block} press={press} />;
      })}
    </div>
  );
}

function Element({ element, block, press }: { element: Block; block: Block; press: Press }) {
  if (element.type === 'image') {
    return <img src={asText(element.image_url)} alt={asText(element.alt_text)} />;
  }
  return <ActionButton button={element} blockId={asText(block.block_id)} press={press} />;
}
