import { cell, columns } from '../support/columns.ts';
import { statesOf } from '../support/states.ts';
import { KINDS, rowsOf } from '../support/tables.ts';

const counted = KINDS.map((kind) => (rowsOf(kind).length - 1) * Object.keys(columns).length);
const total = counted.reduce((sum, count) => sum + count, 0);

describe(`status × command, ${total} cells`, () => {
  describe.each(KINDS)('%s', (kind) => {
    const [header, ...rows] = rowsOf(kind);
    const states = statesOf(kind);

    it('has a row for every state and a column for every command', () => {
      expect(rows.map(([name]) => name)).toEqual(Object.keys(states));
      expect(header).toEqual(['state', ...Object.keys(columns)]);
    });

    it.each(rows)('%s', (name, ...expected) => {
      const found = Object.values(columns).map((column) => cell(states[String(name)]!(), column));
      expect(found).toEqual(expected);
    });
  });
});
