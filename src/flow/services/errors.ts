import type { ChatError } from '../../ports/chat.ts';

/** Slack did not say who is in a group, so that nobody can be told to be in it. */
export class GroupUnknown extends Error {
  readonly group: string;

  constructor(group: string, cause: ChatError) {
    super(`Slack did not say who is in ${group}`, { cause });
    this.name = 'GroupUnknown';
    this.group = group;
  }
}

/** Slack did not say whose address it is, so that nobody is told to have written nothing. */
export class AuthorUnknown extends Error {
  readonly address: string;

  constructor(address: string, cause: ChatError) {
    super(`Slack did not say whether ${address} is a member's`, { cause });
    this.name = 'AuthorUnknown';
    this.address = address;
  }
}

/** The configuration does not know it: it was removed, or never there. */
export class NotConfigured extends Error {
  constructor(what: string) {
    super(`${what} is not in the configuration`);
    this.name = 'NotConfigured';
  }
}

/** Another process has recorded a newer configuration: this one decides nothing until it is started with it. */
export class OldConfiguration extends Error {
  constructor(product: string) {
    super(`another process decides for ${product} by a newer configuration; start this one again with it`);
    this.name = 'OldConfiguration';
  }
}
