import type { Field } from './field.ts';
import { STEP_FIELDS } from './step-fields.ts';

/** The fields of an environment and of the objects in it, by the object that contains them. */
export const ENVIRONMENT_FIELDS = {
  environment: {
    name: { description: 'What people type: /release status NAME.', example: 'name: prod' },
    mode: {
      description:
        'continuous: takes every new commit by itself. approval: people prepare, approve and deploy.',
      example: 'mode: approval',
    },
    url: {
      description: 'Where people can see it; cards link to it.',
      example: 'url: https://integration.example.com',
    },
    deploy: {
      description: 'What deploys: a command (run), or another system.',
      example: 'deploy: { run: ./deploy.sh, timeout: 10m }',
    },
    verify: {
      description:
        'What verifies what was deployed: a command (run), or another system. Left out: a successful deploy is enough.',
      example: 'verify: { run: ./smoke.sh, timeout: 5m }',
    },
    current: {
      description:
        'How Slipway asks which commit really runs here: by a command (run), or at an address (http). Left out: what was deployed last is taken as what runs.',
      example: 'current: { run: ./current.sh, every: 5m }',
    },
    approvals: {
      description: 'Who must approve a commit before it is deployed here. Left out: one other member.',
      example: 'approvals: { required: 1, from: ["@release-managers"], validFor: 24h }',
    },
    accept: {
      description: 'Who decides whether what runs here is good. Left out: any member but the requester.',
      example: 'accept: { from: ["@testers"] }',
    },
    roles: {
      description: 'Who may do what else here. Left out: as slipway check prints it.',
      example: 'roles: { rollback: ["@release-managers"], override: [U0123ABCD] }',
    },
    onFailure: {
      description:
        'rollback: after a failed deploy or verification Slipway rolls back by itself. Left out: people decide.',
      example: 'onFailure: rollback',
    },
    soak: {
      description:
        'How long a commit must have been accepted in the environment below before it is deployed here. Left out: no time.',
      example: 'soak: 1h',
    },
    freeze: {
      description: 'When nothing is deployed here. Left out: never.',
      example:
        'freeze: [{ from: "Fri 16:00", to: "Mon 08:00", timezone: Europe/Amsterdam, reason: Weekend }]',
    },
  },
  freeze: {
    from: {
      description:
        'When it begins: a time of every week ("Fri 16:00"), of every day ("22:00") or of one day ("2026-12-24 12:00").',
      example: 'from: "Fri 16:00"',
    },
    to: {
      description: 'When it ends, written like its begin; a daily window may end on the next day.',
      example: 'to: "Mon 08:00"',
    },
    timezone: {
      description: 'By whose clock, as an IANA name; daylight saving changes are followed.',
      example: 'timezone: Europe/Amsterdam',
    },
    reason: { description: 'Why, as everybody will read it.', example: 'reason: Weekend' },
  },
  ...STEP_FIELDS,
  approvals: {
    required: {
      description: 'One rule in short: how many different people; 0: nobody is asked.',
      example: 'required: 1',
    },
    from: {
      description: 'Who may approve: Slack user ids, and user groups as "@handle". Left out: any member.',
      example: 'from: ["@release-managers", U0123ABCD]',
    },
    rules: {
      description: 'Several rules at once, instead of required and from; one person counts for one of them.',
      example: 'rules: [{ required: 2, from: ["@release-managers"] }, { required: 1, from: ["@security"] }]',
    },
    authors: {
      description: 'false: authors of commits that would be added may not approve.',
      example: 'authors: false',
    },
    self: { description: 'true: people may approve their own request.', example: 'self: false' },
    validFor: {
      description: 'How long an approval, and the request for it, lasts.',
      example: 'validFor: 24h',
    },
  },
  rule: {
    required: { description: 'How many different people.', example: 'required: 1' },
    from: {
      description: 'Who may approve: Slack user ids, and user groups as "@handle". Left out: any member.',
      example: 'from: ["@release-managers", U0123ABCD]',
    },
  },
  accept: {
    from: {
      description:
        'Who may accept: Slack user ids, and user groups as "@handle". Left out: any member but the requester.',
      example: 'from: ["@testers", U0123ABCD]',
    },
  },
  roles: {
    prepare: { description: 'Who may prepare a release.', example: 'prepare: ["@developers"]' },
    deploy: { description: 'Who may press Deploy, and Retry of a deploy.', example: 'deploy: [U0123ABCD]' },
    rollback: { description: 'Who may roll back.', example: 'rollback: ["@release-managers"]' },
    lock: { description: 'Who may lock and pause.', example: 'lock: ["@release-managers"]' },
    override: {
      description:
        'Who may override a freeze. Left out: the people named to approve here, else those named anywhere in the product, else nobody.',
      example: 'override: ["@release-managers"]',
    },
    adopt: {
      description:
        'Who may record what already runs here. Left out: the people named to approve here, else those named anywhere in the product, else nobody.',
      example: 'adopt: [U0123ABCD]',
    },
  },
} as const satisfies Record<string, Record<string, Field>>;
