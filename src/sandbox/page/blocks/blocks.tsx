import { Element } from './elements/element.tsx';
import { Input } from './input.tsx';
import { Plan, Task } from './plan.tsx';
import { RichText } from './rich-text.tsx';
import { Table } from './table.tsx';
import { Text } from './text.tsx';
import { asArray, asRecord, asText, wordsOf } from './unknown.ts';

type Block = Record<string, unknown>;

/** Draws blocks, and a placeholder for those that the page cannot draw. Their surface is in the `SurfaceContext`. */
export function Blocks({ blocks }: { blocks: readonly unknown[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => {
        const record = asRecord(block);
        const key = asText(record.block_id) || `block-${index}`;
        return <Drawn key={key} block={record} />;
      })}
    </div>
  );
}

function Drawn({ block }: { block: Block }) {
  switch (block.type) {
    case 'section':
      return <Section block={block} />;
    case 'context':
      return <Context block={block} />;
    case 'rich_text':
      return (
        <div className="block">
          <RichText block={block} />
        </div>
      );
    case 'actions':
      return <Actions block={block} />;
    case 'header':
      return <h3 className="block">{wordsOf(block.text)}</h3>;
    case 'input':
      return <Input block={block} />;
    case 'plan':
      return <Plan block={block} />;
    case 'task_card':
      return (
        <div className="block">
          <Task task={block} />
        </div>
      );
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

function Section({ block }: { block: Block }) {
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
      {accessory.type ? <Element element={accessory} blockId={asText(block.block_id)} /> : null}
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

function Actions({ block }: { block: Block }) {
  return (
    <div className="actions">
      {asArray(block.elements).map((element) => {
        const record = asRecord(element);
        return <Element key={asText(record.action_id)} element={record} blockId={asText(block.block_id)} />;
      })}
    </div>
  );
}
