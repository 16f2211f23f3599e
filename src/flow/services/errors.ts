import type { ChatError } from '../../ports/chat.ts';
import { StoreError } from '../../ports/store.ts';

/**
 * A document was sent to the store, and the store did not say whether it was written. A command that ends in any other
 * `StoreError` was not written.
 */
export class OutcomeUnknown extends StoreError {
  constructor(kind: string, id: string, cause: StoreError) {
    super(`it is not known whether ${kind} ${id} was written: ${cause.message}`, { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** Slack did not say who is in a group, so nobody can be counted as a member. */
export class GroupUnknown extends Error {
  readonly group: string;

  constructor(group: string, cause: ChatError) {
    super(`Slack did not say who is in ${group}`, { cause });
    this.name = 'GroupUnknown';
    this.group = group;
  }
}

/** Slack did not say whose address it is, so nobody can be counted as not being the author. */
export class AuthorUnknown extends Error {
  readonly address: string;

  constructor(address: string, cause: ChatError) {
    super(`Slack did not say whether ${address} is a member's`, { cause });
    this.name = 'AuthorUnknown';
    this.address = address;
  }
}

/** Slack did not say whether the person whom a request concerns, beside who made it, is an active member. */
export class MemberUnknown extends Error {
  readonly person: string;

  constructor(person: string, cause: ChatError) {
    super(`Slack did not say whether ${person} is an active member`, { cause });
    this.name = 'MemberUnknown';
    this.person = person;
  }
}

/** The product or environment is not in the configuration: it was removed, or never existed. */
export class NotConfigured extends Error {
  constructor(what: string) {
    super(`${what} is not in the configuration`);
    this.name = 'NotConfigured';
  }
}

/** Another process has recorded a newer configuration: this process decides nothing until it has read the same one. */
export class OldConfiguration extends Error {
  constructor(product: string) {
    super(
      `another process uses a newer configuration of ${product}; give this process the same slipway.yml, which it then reads by itself`,
    );
    this.name = 'OldConfiguration';
  }
}
