import type { BuildCommand } from './build.ts';
import type { CardCommand } from './card.ts';
import type { EnvironmentCommand } from './environment.ts';
import type { PersonCommand } from './person.ts';
import type { ProductCommand } from './product.ts';
import type { RecordsCommand } from './records.ts';
import type { ReportsCommand } from './reports.ts';

/** The commands that each kind of document accepts. */
export interface Commands {
  environments: EnvironmentCommand;
  builds: BuildCommand;
  products: ProductCommand;
  cards: CardCommand;
  people: PersonCommand;
  records: RecordsCommand;
  reports: ReportsCommand;
}

export type Command = Commands[keyof Commands];

/** A command before it has an id and somebody who sends it. */
export type Unsent<C extends Command = Command> = C extends unknown ? Omit<C, 'id' | 'actor'> : never;
