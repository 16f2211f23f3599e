import { RichText } from './rich-text.tsx';
import { asArray, asRecord, asText } from './unknown.ts';

/** A `table` block. The first row is the header. Scrolls horizontally when it is too wide. */
export function Table({ block }: { block: Record<string, unknown> }) {
  const [head, ...rows] = asArray(block.rows).map(asArray);
  return (
    <div className="block table">
      <table>
        <thead>
          <Row cells={head ?? []} isHead />
        </thead>
        <tbody>
          {rows.map((cells, index) => {
            const key = `row-${index}`;
            return <Row key={key} cells={cells} isHead={false} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function Row({ cells, isHead }: { cells: unknown[]; isHead: boolean }) {
  const Cell = isHead ? 'th' : 'td';
  return (
    <tr>
      {cells.map((cell, index) => {
        const record = asRecord(cell);
        const key = `cell-${index}`;
        return (
          <Cell key={key}>
            {record.type === 'rich_text' ? <RichText block={record} /> : asText(record.text)}
          </Cell>
        );
      })}
    </tr>
  );
}
