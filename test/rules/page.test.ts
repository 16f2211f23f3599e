import { readFileSync } from 'node:fs';
import { PAGE, rulesPage } from './page.ts';

describe('docs/rules.md', () => {
  it('matches what the domain does (if not: npm run rules)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(rulesPage());
  });
});
