import { parseConfiguration } from '../../../src/app/configuration/load.ts';
import { EXAMPLE, VARIABLES } from './example.ts';

/** `path: what -> todo`, in order. */
function wrong(text: string, variables: Record<string, string> = VARIABLES): string[] {
  const loaded = parseConfiguration(text, variables);
  if (loaded.kind === 'ok') return [];
  return loaded.errors.map(({ path, what, todo }) => `${path}: ${what} -> ${todo}`);
}

/** The example with something else in the place of what it says. */
function changed(from: string, to: string): string {
  if (!EXAMPLE.includes(from)) throw new Error(`the example has no ${from}`);
  return EXAMPLE.replace(from, to);
}

/** The example with these approvals for prod. */
function approving(approvals: string): string {
  return EXAMPLE.replace(/approvals:\n[\s\S]*validFor: 7d/, `approvals: ${approvals}`);
}

/** The example with these forges, and with this one for the storefront. */
function forged(forges: string, forge?: string): string {
  const product = forge === undefined ? '' : `\n    forge: ${forge}`;
  return `forges: ${forges}\n${changed('branch: trunk', `branch: trunk${product}`)}`;
}

/** The errors of a product that has nothing that it must have. */
function missing(product: string): string[] {
  return [
    `products.${product}.repository: is missing -> add it: repository: https://github.com/acme/storefront.git`,
    `products.${product}.channel: is missing -> add it: channel: "#storefront-releases"`,
    `products.${product}.environments: is missing -> add it: environments: [{ name: integration, mode: continuous, deploy: { run: ./deploy.sh } }]`,
  ];
}

const P = 'products.storefront';
const PROD = `${P}.environments[2]`;

const WEEKEND = '{ from: "Fri 16:00", to: "Mon 08:00", timezone: Europe/Amsterdam, reason: Weekend }';

const BUILD = 'build: { run: npm ci && npm run build, test: npm test, timeout: 15m }';
const TICKETS = '{ pattern: "[A-Z]+-[0-9]+", url: "https://tickets.acme.dev/browse/{key}" }';
const PATTERN =
  'write it as RE2 takes it, without (?=…), (?<=…) and \\1; for example pattern: "[A-Z]+-[0-9]+"';
const TICKET_URL = 'write for example url: "https://tickets.acme.dev/browse/{key}"';
const FORGES = '{ github.com: { kind: github, token: "0123456789" } }';

const CASES: [name: string, text: string, errors: string[]][] = [
  [
    'a pattern that is none, and addresses without a key',
    changed(TICKETS, '{ pattern: "([A-Z]+", url: "https://tickets.acme.dev/browse" }'),
    [
      `${P}.links.tickets.pattern: the pattern is not a regular expression: missing closing ): \`([A-Z]+\` -> ${PATTERN}`,
      `${P}.links.tickets.url: "https://tickets.acme.dev/browse" has no {key} -> ${TICKET_URL}`,
    ],
  ],
  [
    'a pattern that only backtracking can match, and a key in the host',
    changed(TICKETS, '{ pattern: "(?=SHOP)[A-Z]+-1", url: "https://{key}.acme.dev/" }'),
    [
      `${P}.links.tickets.pattern: the pattern is not a regular expression: invalid or unsupported Perl syntax: \`(?=\` -> ${PATTERN}`,
      `${P}.links.tickets.url: "https://{key}.acme.dev/" has {key} in the name of the host -> ${TICKET_URL}`,
    ],
  ],
  [
    'a pattern that takes long, and an address that is not https',
    changed(TICKETS, '{ pattern: "([A-Z]{90}){9}", url: "http://tickets.acme.dev/{key}" }'),
    [
      `${P}.links.tickets.pattern: the pattern repeats too much -> ${PATTERN}`,
      `${P}.links.tickets.url: "http://tickets.acme.dev/{key}" is not an https address -> ${TICKET_URL}`,
    ],
  ],
  [
    'a pattern of nothing, and a login in the address',
    changed(TICKETS, '{ pattern: "[A-Z]*", url: "https://ci:secret@tickets.acme.dev/{key}" }'),
    [
      `${P}.links.tickets.pattern: the pattern matches nothing at all as well -> ${PATTERN}`,
      `${P}.links.tickets.url: it contains a user or password -> ${TICKET_URL}`,
    ],
  ],
  [
    'a long pattern, and a long address',
    changed(
      TICKETS,
      `{ pattern: "${'A'.repeat(201)}", url: "https://tickets.acme.dev/${'a'.repeat(99)}{key}" }`,
    ),
    [
      `${P}.links.tickets.pattern: the pattern is longer than 200 characters -> ${PATTERN}`,
      `${P}.links.tickets.url: it is longer than 120 characters -> ${TICKET_URL}`,
    ],
  ],
  [
    'tickets without an address, and another link',
    changed(TICKETS, '{ pattern: "A-1" }, wiki: x'),
    [
      `${P}.links.tickets.url: is missing -> add it: url: "https://tickets.acme.dev/browse/{key}"`,
      `${P}.links.wiki: is not a field that belongs here -> remove it; known fields: tickets`,
    ],
  ],
  [
    'checks beside commands',
    `forges: ${FORGES}\n${changed(BUILD, 'build: { checks: [test], run: make, test: make test, image: "node:24", env: { A: b }, timeout: 5m }')}`,
    [
      ...['run', 'test', 'image', 'env'].map(
        (key) =>
          `${P}.build.${key}: cannot be used together with checks: the commit is built elsewhere -> remove it, or remove checks`,
      ),
      `${P}.build.timeout: cannot be used together with checks: the commit is built elsewhere -> remove it: within limits the checks`,
    ],
  ],
  [
    'a limit for no checks',
    changed(BUILD, 'build: { within: 30m }'),
    [
      `${P}.build.within: there are no checks that it could limit -> add the names of the checks: checks: [test, build]; the limit of a command is timeout: 20m`,
    ],
  ],
  [
    'checks of which nothing can tell',
    changed(BUILD, 'build: { checks: [test] }').replace(/ +webhook: .*\n/, ''),
    [
      `${P}.build.checks: nothing can tell of these checks -> add the forge at the top of the file: forges: { github.com: { kind: github, token: env:GITHUB_TOKEN } }; or a webhook secret, with which your CI reports them to /hooks/build`,
    ],
  ],
  [
    'a check that is named twice, or with spaces around it',
    changed(BUILD, 'build: { checks: [test, lint, test, "build "] }'),
    [
      `${P}.build.checks[2]: "test" is named twice -> remove one of the two`,
      `${P}.build.checks[3]: cannot be the name of a check -> write it exactly as the forge shows it, in one line of at most 200 characters`,
    ],
  ],
  [
    'no checks at all',
    changed(BUILD, 'build: { checks: [] }'),
    [`${P}.build.checks[0]: is missing -> add it: checks: [test, build]`],
  ],
  [
    'no time between two polls',
    changed('poll: 90s', 'poll: 0s'),
    [`${P}.poll: "0s" is not a duration -> write a number and s, m, h or d: 90s, 20m, 24h, 7d; or never`],
  ],
  [
    'polls that are too rare',
    changed('poll: 90s', 'poll: 2d'),
    [`${P}.poll: 2d is out of bounds -> write 1s to 1d, or never`],
  ],
  [
    'a poll without a unit',
    changed('poll: 90s', 'poll: 90'),
    [`${P}.poll: is the number 90, not text -> write a number with a unit: 90s, 20m, 24h, 7d`],
  ],
  [
    'an unknown field',
    changed('branch: trunk', 'brunch: trunk'),
    [`${P}.brunch: is not a field that belongs here -> did you mean branch?`],
  ],
  [
    'an unknown field unlike any other',
    changed('{ run: ./smoke.sh }', '{ run: x, colour: red }'),
    [
      `${PROD}.verify.colour: is not a field that belongs here -> remove it; known fields: run, github, gitlab, jenkins, http, timeout, env, image`,
    ],
  ],
  [
    'a missing field',
    changed('    channel: "#storefront-releases"\n    webhook', '    webhook'),
    [`${P}.channel: is missing -> add it: channel: "#storefront-releases"`],
  ],
  [
    'a channel that YAML reads as a comment',
    changed('"#storefront-releases"', '#storefront-releases'),
    [
      `${P}.channel: is empty: # begins a comment in YAML -> put the name in quotes: channel: "#storefront-releases"`,
    ],
  ],
  [
    'a truncated channel id',
    changed('"#storefront-releases"', 'C012AB'),
    [
      `${P}.channel: "C012AB" is not a channel name -> write # and the name, in lower case and in quotes: channel: "#c012ab"`,
    ],
  ],
  [
    'a channel in upper case',
    changed('"#storefront-releases"', 'Releases'),
    [
      `${P}.channel: "Releases" is not a channel name -> write # and the name, in lower case and in quotes: channel: "#releases"`,
    ],
  ],
  [
    'a repository for which git would run a program',
    changed('https://github.com/acme/storefront.git', 'ext::sh'),
    [
      `${P}.repository: this address cannot be used: git remote helpers are not allowed -> write for example https://github.com/acme/storefront.git or git@github.com:acme/storefront.git`,
    ],
  ],
  [
    'a branch that looks like an option, and a full ref',
    changed('branch: trunk', 'branch: "--upload-pack=x"'),
    [`${P}.branch: "--upload-pack=x" cannot be the name of a branch -> write for example branch: main`],
  ],
  [
    'a full ref for a branch',
    changed('branch: trunk', 'branch: refs/heads/main'),
    [`${P}.branch: it is a full ref name -> write the branch alone: main`],
  ],
  [
    'a number instead of text',
    changed('branch: trunk', 'branch: 1.0'),
    [`${P}.branch: is the number 1.0, not text -> put it in quotes: "1.0"`],
  ],
  [
    'a number that may be a secret is not repeated',
    changed('NODE_ENV: production', 'PIN: 12345678'),
    [`${P}.env.PIN: is a number, not text -> put it in quotes`],
  ],
  [
    'variables with invalid names',
    changed('NODE_ENV: production', '1A: x, SLIPWAY_REF: x, __proto__: x'),
    [
      `${P}.env.1A: "1A" is not the name of a variable -> use letters, digits and _, and do not begin with a digit`,
      `${P}.env.SLIPWAY_REF: names that begin with SLIPWAY_ are set by Slipway itself -> choose another name`,
      `${P}.env.__proto__: "__proto__" is not the name of a variable -> use letters, digits and _, and do not begin with a digit`,
    ],
  ],
  [
    'a product with an invalid name, and errors inside it',
    'products: { Shop_1: { repository: /srv/shop, channel: "#shop" } }',
    [
      'products.Shop_1: "Shop_1" is not a name that people can type in a command -> use 1 to 39 of a-z, 0-9 and -, and do not begin with -',
      'products.Shop_1.environments: is missing -> add it: environments: [{ name: integration, mode: continuous, deploy: { run: ./deploy.sh } }]',
    ],
  ],
  ['no product', 'products: {}', ['products: names no product -> add at least one, as in the README']],
  [
    'an environment named all, and one named twice',
    changed('name: integration', 'name: all').replace('name: preprod', 'name: prod'),
    [
      `${P}.environments[0].name: "all" stands for all environments in commands -> choose another name`,
      `${PROD}.name: "prod" is already the name of environments[1] -> give each environment of a product its own name`,
    ],
  ],
  [
    'an unknown mode',
    changed('mode: continuous', 'mode: continous'),
    [`${P}.environments[0].mode: "continous" is not known here -> write continuous or approval`],
  ],
  [
    'a continuous environment above one with approvals, which has approvals itself',
    changed('- name: prod\n        mode: approval', '- name: prod\n        mode: continuous'),
    [
      `${PROD}.mode: a continuous environment is above one with approvals -> move it before all environments of mode approval, or write mode: approval`,
      `${PROD}.deploy.start: a continuous environment starts by itself -> remove it, or write mode: approval`,
      `${PROD}.approvals: a continuous environment needs no approvals -> remove it, or write mode: approval`,
    ],
  ],
  [
    'more approvals than people, one named twice',
    approving('{ required: 4, from: [U0123ABCD, U0456EFGH, U0123ABCD] }'),
    [
      `${PROD}.approvals.required: 4 approvals are required, but only 2 people may give them -> name more people under from, or require at most 2`,
      `${PROD}.approvals.from[2]: U0123ABCD is named twice -> name each person once`,
    ],
  ],
  [
    'no error for a group that may be large enough, or for overlapping rules that can be met',
    approving('{ rules: [{ required: 4, from: [U0123ABCD, "@a"] }, { from: [U0123ABCD] }] }'),
    [],
  ],
  [
    'overlapping rules of which one can never be met',
    approving('{ rules: [{ required: 2, from: [U0123ABCD, U0456EFGH] }, { from: [U0456EFGH] }] }'),
    [
      `${PROD}.approvals.rules[1].required: 1 approval is required, but the other rules leave none of the one person named: one person counts for one rule -> name more people under from, or require fewer approvals`,
    ],
  ],
  [
    'a short rule beside others, and duplicate names',
    approving('{ required: 1, from: [U0123ABCD], rules: [{ from: ["@a", "@a"] }] }').replace(
      'lock: [U0123ABCD]',
      'lock: [U0123ABCD, U0123ABCD]',
    ),
    [
      `${PROD}.approvals.required: cannot be used together with rules -> move it into rules, as one more of them`,
      `${PROD}.approvals.from: cannot be used together with rules -> move it into rules, as one more of them`,
      `${PROD}.approvals.rules[0].from[1]: @a is named twice -> name each person once`,
      `${PROD}.roles.lock[1]: U0123ABCD is named twice -> name each person once`,
    ],
  ],
  [
    'more approvals than anybody reads, of all rules together',
    approving('{ rules: [{ required: 15 }, { required: 6, from: ["@a"] }] }'),
    [`${PROD}.approvals.rules: all rules together require 21 approvals -> require at most 20`],
  ],
  [
    'rules of the wrong shape, and a role that there is not',
    approving('{ rules: [{ required: 0, who: [x] }] }').replace('lock: [', 'look: ['),
    [
      `${PROD}.approvals.rules[0].required: 0 is too small -> write 1 or more`,
      `${PROD}.approvals.rules[0].who: is not a field that belongs here -> remove it; known fields: required, from`,
      `${PROD}.roles.look: is not a field that belongs here -> did you mean lock?`,
    ],
  ],
  [
    'more approvals than the default of one',
    approving('{ required: -1, from: [] }'),
    [
      `${PROD}.approvals.required: -1 is too small -> write 0 or more`,
      `${PROD}.approvals.from: the list is empty -> name at least one person, or remove it for any member: from: ["@release-managers", U0123ABCD]`,
    ],
  ],
  [
    'a tester by name, a duplicate tester, and a group without a handle',
    changed('[U0789IJKL, "@testers"]', '[ann, U0789IJKL, U0789IJKL, "@The Testers"]'),
    [
      `${P}.environments[1].accept.from[0]: "ann" is neither a Slack user id nor a group -> name people by Slack user id, such as U0123ABCD (in Slack: profile, ⋮, Copy member ID), groups as "@handle"`,
      `${P}.environments[1].accept.from[2]: U0789IJKL is named twice -> name each person once`,
      `${P}.environments[1].accept.from[3]: "@The Testers" is not the handle of a user group -> write @ and its handle, in lower case and in quotes: "@release-managers"`,
    ],
  ],
  [
    'durations without a unit, malformed, and out of bounds',
    changed('timeout: 15m', 'timeout: 15')
      .replace('timeout: 90s', 'timeout: soon')
      .replace('timeout: 1h', 'timeout: 2d'),
    [
      `${P}.build.timeout: is the number 15, not text -> write a number with a unit: 90s, 20m, 24h, 7d`,
      `${P}.environments[0].deploy.timeout: "soon" is not a duration -> write a number and s, m, h or d: 90s, 20m, 24h, 7d`,
      `${PROD}.deploy.timeout: 2d is out of bounds -> write 1s to 1d`,
    ],
  ],
  [
    'an invalid link, and an empty command',
    changed('https://integration.example.com', '"javascript:alert(1)"').replace(
      'run: ./smoke.sh, ',
      'run: " ", ',
    ),
    [
      `${P}.environments[0].url: "javascript:alert(1)" is not an http or https address -> write for example url: https://integration.example.com`,
      `${P}.environments[0].verify.run: the command is empty -> write the command`,
    ],
  ],
  [
    'everything that is not built yet',
    changed('branch: trunk', 'records: {}').replace('timeout: 15m', 'artifacts: [dist]'),
    [
      `${P}.records: is not built yet -> remove it: slipway audit shows what was done`,
      `${P}.build.artifacts: is not built yet -> remove it: deploys run in the tree that the build leaves`,
    ],
  ],
  [
    'a freeze with a misspelt day, an invalid time, an unknown zone and an empty reason',
    changed(WEEKEND, '{ from: "Fir 16:00", to: "Mon 25:00", timezone: Europe/Amsterdm, reason: " " }'),
    [
      `${PROD}.freeze[0].from: "Fir" is not a day of the week -> did you mean Fri?`,
      `${PROD}.freeze[0].to: "25:00" is not a time of day -> write 00:00 to 23:59; a day ends at 00:00 of the next`,
      `${PROD}.freeze[0].timezone: "Europe/Amsterdm" is not a time zone -> did you mean Europe/Amsterdam?`,
      `${PROD}.freeze[0].reason: the reason is empty -> say why nothing is deployed then, as in reason: Weekend`,
    ],
  ],
  [
    'a freeze without zone and reason, and one with days that do not exist',
    changed(WEEKEND, '{ from: Friday, to: "2026-02-30 08:00" }').replace(
      'timezone: UTC',
      'timezone: Middle Earth',
    ),
    [
      `${PROD}.freeze[0].timezone: is missing -> add it: timezone: Europe/Amsterdam`,
      `${PROD}.freeze[0].reason: is missing -> add it: reason: Weekend`,
      `${PROD}.freeze[0].from: "Friday" is not a time of a freeze window -> write a time of every day, as in "22:00", of every week, as in "Fri 16:00", or a date, as in "2026-12-24 12:00"`,
      `${PROD}.freeze[0].to: "2026-02-30" is not a date -> write year, month and day, as in "2026-12-24 12:00"`,
      `${PROD}.freeze[1].timezone: "Middle Earth" is not a time zone -> write its IANA name, as in Europe/Amsterdam or UTC`,
    ],
  ],
  [
    'freezes that end before they begin, when they begin, and by another kind of time',
    changed('"2027-01-02 08:00"', '"2026-12-24 12:00"')
      .replace('"Mon 08:00"', '"fri 16:00"')
      .replace(
        '        freeze:\n',
        '        freeze:\n          - { from: "Fri 16:00", to: "2026-12-24 12:00", timezone: UTC, reason: x }\n',
      ),
    [
      `${PROD}.freeze[0]: one end is a day of the week, the other a date -> write two days of the week, or two dates`,
      `${PROD}.freeze[1]: it ends when it begins, so nothing would ever be deployed -> let it end at another time of the week, or lock the environment instead`,
      `${PROD}.freeze[2]: it ends at 2026-12-24 12:00, not after it begins -> swap from and to, or correct them`,
    ],
  ],
  [
    'soak, freeze and start in places where they mean nothing',
    changed('branch: trunk', 'branch: trunk\n    soak: 2h\n    freeze: []')
      .replace('timeout: 90s', 'start: approved')
      .replace('verify: { run: ./smoke.sh, timeout: 2m }', 'soak: 1h\n        start: approved'),
    [
      `${P}.soak: is not a field that belongs here -> move it: it belongs to an environment`,
      `${P}.freeze: is not a field that belongs here -> move it: it belongs to an environment`,
      `${P}.environments[0].deploy.start: a continuous environment starts by itself -> remove it, or write mode: approval`,
      `${P}.environments[0].soak: this is the lowest environment, so there is none below it to soak in -> remove it, or move it to an environment above`,
      `${P}.environments[0].start: is not a field that belongs here -> move it: it belongs to deploy of an environment`,
    ],
  ],
  [
    'a start by the last approval where nobody approves, a soak without a unit, and a freeze that is not a list',
    changed(
      '          rules:\n            - { required: 2, from: ["@release-managers", U0123ABCD] }\n            - { from: ["@security"] }',
      '          required: 0',
    ).replace('soak: 1h\n        freeze:', 'soak: 1\n        freeze: { x: 1 }\n        x:'),
    [
      `${PROD}.deploy.start: no approval is required here, so there is no last one -> remove it, so that a person presses Deploy, or require at least 1 approval`,
      `${PROD}.soak: is the number 1, not text -> write a number with a unit: 90s, 20m, 24h, 7d`,
      `${PROD}.freeze: is a block of fields, not a list -> write for example freeze: [{ from: "Fri 16:00", to: "Mon 08:00", timezone: Europe/Amsterdam, reason: Weekend }]`,
      `${PROD}.x: is not a field that belongs here -> remove it; known fields: name, mode, url, deploy, verify, approvals, accept, roles, soak, freeze`,
    ],
  ],
  [
    'forges with invalid names, kinds and addresses',
    forged(
      '{ "https://git.acme.dev": { kind: gitlab }, main: { kind: gitlab }, a.dev: { kind: svn }, b.dev: { kind: gitea, api: "http://b.dev/api/v1", report: [all] } }',
    ),
    [
      'forges["https://git.acme.dev"]: "https://git.acme.dev" is not the name of a forge -> write the name of its host: git.acme.dev',
      'forges.main: "main" is not the name of a host, so the address of the API is not known -> name the forge like its host, as in github.com, or add the address, as in api: https://git.acme.dev/api/v4',
      'forges["a.dev"].kind: "svn" is not known here -> write github or gitlab or bitbucket or gitea',
      'forges["b.dev"].api: "http://b.dev/api/v1" is not an https address; http is accepted only for this machine -> write for example api: https://git.acme.dev/api/v4',
      'forges["b.dev"].report[0]: "all" is not known here -> write statuses or deployments',
    ],
  ],
  [
    'forges with two logins, an app or a user of another kind, and a user without a token',
    forged(
      '{ github.com: { kind: github, token: abcd, app: { id: 1, key: x } }, a.dev: { kind: gitlab, app: { id: 0 } }, b.dev: { kind: gitea, user: x, token: abcd }, c.dev: { kind: bitbucket, user: x } }',
    ),
    [
      'forges["github.com"].app: cannot be used together with token -> remove one of the two',
      'forges["github.com"].app.key: it is not the private key of a GitHub App -> name the .pem file that GitHub made, as in file:/run/secrets/slipway.pem, or a variable that contains it, as in env:GITHUB_APP_KEY',
      'forges["a.dev"].app: only a forge of kind github has apps -> write a token instead: token: env:GITLAB_TOKEN',
      'forges["a.dev"].app.key: is missing -> add it: key: file:/run/secrets/slipway.pem',
      'forges["a.dev"].app.id: 0 is too small -> write 1 or more',
      'forges["b.dev"].user: only a forge of kind bitbucket takes a user -> remove it: the token is enough',
      'forges["c.dev"].user: the token of this user is missing -> add it: token: env:BITBUCKET_TOKEN',
    ],
  ],
  [
    'a token of a forge that is a number, which is not repeated, and a key that is none',
    forged('{ github.com: { kind: github, token: 12345678 }, a.dev: { kind: gitea, secret: x, tokn: x } }'),
    [
      'forges["github.com"].token: is a number, not text -> put it in quotes',
      'forges["a.dev"].secret: is not a field that belongs here -> remove it; known fields: kind, api, token, user, app, report',
      'forges["a.dev"].tokn: is not a field that belongs here -> did you mean token?',
    ],
  ],
  [
    'a forge that there is not',
    forged('{ git.acme.dev: { kind: gitlab } }', 'git.acme.de'),
    [`${P}.forge: there is no forge named "git.acme.de" -> did you mean git.acme.dev?`],
  ],
  [
    'a forge where there are none',
    changed('branch: trunk', 'forge: { name: github.com, project: acme/shop }'),
    [
      `${P}.forge.name: there is no forge named "github.com" -> add it at the top of the file: forges: { github.com: { kind: …, token: env:NAME } }`,
    ],
  ],
  [
    'an address that does not say the project, of a forge that is named and of one that is not',
    forged('{ github.com: { kind: github }, git.acme.dev: { kind: github } }', 'github.com')
      .replace('acme/storefront.git', 'acme/web/storefront.git')
      .replaceAll('gitlab.com', 'git.acme.dev'),
    [
      `${P}.forge: the address of the repository does not say what github.com calls it -> write forge: { name: github.com, project: acme/storefront }`,
      'products.shop.repository: the address of the repository does not say what git.acme.dev calls it -> write forge: { name: git.acme.dev, project: acme/storefront }',
    ],
  ],
  [
    'a forge of a product with a project that its kind does not have, without a project, and of another type',
    forged('{ github.com: { kind: github } }', '{ name: github.com, project: a/b/c }').replace(
      '  shop:',
      '  two: { forge: { name: github.com, branch: x } }\n  three: { forge: 5 }\n  shop:',
    ),
    [
      `${P}.forge.project: "a/b/c" cannot be a project of a forge of kind github -> write its owner and its name, as in project: acme/storefront`,
      ...missing('two'),
      'products.two.forge.project: is missing -> add it: project: acme/storefront',
      'products.two.forge.branch: is not a field that belongs here -> remove it; known fields: name, project',
      ...missing('three'),
      'products.three.forge: 5 is not valid here -> write for example forge: { name: github.com, project: acme/storefront }',
    ],
  ],
  [
    'broken YAML, with line and column',
    'products:\n  shop: [1, 2\n  other: x\n',
    [
      'slipway.yml:3:3: Flow sequence in block collection must be sufficiently indented and end with a ] -> correct the YAML there',
    ],
  ],
  [
    'a duplicate key',
    'products:\n  shop: {}\n  shop: {}\n',
    ['slipway.yml:3:3: this key is already in its block -> keep one of the two'],
  ],
  [
    'an alias of nothing',
    'products: *all',
    [
      'slipway.yml: Unresolved alias (the anchor must be set before the alias): all -> correct the aliases (*name) in it',
    ],
  ],
  ['nothing at all', '', ['slipway.yml: the file is empty -> begin it with products:']],
  ['a list', '- products', ['slipway.yml: the file is not a block of fields -> begin it with products:']],
];

test.each(CASES)('%s', (_name, text, errors) => {
  expect(wrong(text)).toEqual(errors);
});

test('env: values that are missing, empty, unnamed or too short, all at once', () => {
  const text = changed(
    'NODE_ENV: production',
    'A: env:NONE, B: env:EMPTY, C: "env:", D: env:PIN, E: env:toString',
  );
  const variables = { STOREFRONT_WEBHOOK_SECRET: 'short', EMPTY: '', PIN: '123' };
  expect(wrong(text, variables)).toEqual([
    `${P}.webhook.secret: the secret has 5 characters; it needs at least 8 -> make a long random one, for example with: openssl rand -hex 32`,
    `${P}.env.A: the environment variable NONE is not set -> set NONE where Slipway is started`,
    `${P}.env.B: the environment variable EMPTY is empty -> set EMPTY where Slipway is started`,
    `${P}.env.C: "env:" does not name an environment variable -> write env:NAME, as in env:NPM_TOKEN`,
    `${P}.env.D: the value of PIN is shorter than 4 characters, so it could not be masked in logs -> use a longer secret, or write the value in this file if it is not a secret`,
    `${P}.env.E: the environment variable toString is not set -> set toString where Slipway is started`,
    `${P}.env.NPM_TOKEN: the environment variable STOREFRONT_NPM_TOKEN is not set -> set STOREFRONT_NPM_TOKEN where Slipway is started`,
  ]);
});

test('errors of several products are listed in the order of the file', () => {
  const text = changed('branch: trunk', 'branch: ""').replace(
    'deploy: { run: ./deploy.sh } }',
    'deploy: {} }',
  );
  expect(wrong(text)).toEqual([
    `${P}.branch: "" cannot be the name of a branch -> write for example branch: main`,
    'products.shop.environments[0].deploy: does not say how it is carried out -> add one of run, github, gitlab, jenkins, http, git: run: ./deploy.sh',
  ]);
});

test('any document gives a list of errors and never throws', () => {
  const odd = [
    'products: 1',
    'products: [1]',
    'products: { a: 1 }',
    'products: { a: { environments: [1, null] } }',
  ];
  for (const text of [
    ...odd,
    'products: { a: { env: [], webhook: x } }',
    '!secret x',
    '1: { 2: 3 }',
    '"": ""',
  ])
    expect(wrong(text)).not.toEqual([]);
});
