import { writeFileSync } from 'node:fs';
import { PAGE, rulesPage } from './page.ts';

writeFileSync(PAGE, rulesPage());
