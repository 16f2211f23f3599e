import type { AppFacts, GroupFacts, SlackInspector } from '../../../adapters/slack/inspect/inspector.ts';
import { isGroup } from '../../../domain/people/groups.ts';
import { wrongWith } from '../../../flow/cards/channels.ts';
import type { EnvironmentSettings, Settings } from '../../../flow/settings/settings.ts';
import { type Finding, fine, wrong } from '../../online/finding.ts';
import type { Question } from '../../online/question.ts';
import { shared } from '../../online/shared.ts';
import { slackQuestion } from './failure.ts';

/** A question about each channel, group and person that the configuration names, each once. */
export function namedQuestions(settings: Settings, slack: SlackInspector, app: AppFacts): Question[] {
  const channels = [...new Set(settings.products.map(({ channel }) => channel))];
  const named = [...new Set(settings.products.flatMap(({ environments }) => environments.flatMap(peopleIn)))];
  const groups = named.filter(isGroup).toSorted();
  const people = named.filter((name) => !isGroup(name)).toSorted();
  const listed = shared(
    () => null,
    () => slack.channels(channels),
  );
  const known = shared(
    () => null,
    () => slack.groups(),
  );
  return [
    ...channels.map((channel) =>
      slackQuestion(`channel ${channel}`, 'conversations.list', async () => {
        const found = (await listed(null)).get(channel);
        const isId = !channel.startsWith('#');
        const info = found ?? (isId ? await slack.channel(channel) : null);
        const trouble = wrongWith(channel, info);
        const what = `channel ${channel}`;
        if (trouble === null) return [fine(what, `is there, and @${app.name} is in it`)];
        return [wrong(what, trouble.says, trouble.todo.replaceAll('@slipway', `@${app.name}`))];
      }),
    ),
    ...groups.map((handle) =>
      slackQuestion(`group ${handle}`, 'usergroups.list', async () => [
        groupFinding(handle, await known(null)),
      ]),
    ),
    ...people.map((id) =>
      slackQuestion(`person ${id}`, 'users.info', async () => [
        personFinding(id, await slack.person(id, app)),
      ]),
    ),
  ];
}

/** Everybody whom the policy of an environment names: user ids, and `@handles` of groups. */
function peopleIn({ policy }: EnvironmentSettings): string[] {
  const { approvals, acceptFrom, roles } = policy;
  return [...approvals.rules.map(({ from }) => from), acceptFrom, ...Object.values(roles)].flatMap(
    (names) => names ?? [],
  );
}

function groupFinding(handle: string, groups: readonly GroupFacts[]): Finding {
  const what = `group ${handle}`;
  const same = groups.filter((group) => group.handle === handle);
  const found = same.find(({ disabled }) => !disabled) ?? same[0];
  if (found === undefined)
    return wrong(
      what,
      'Slack has no such user group, so nobody is in it',
      'make it in Slack (People & user groups), or correct its handle in slipway.yml',
    );
  if (found.disabled)
    return wrong(
      what,
      'is disabled in Slack, so nobody is in it',
      'enable it in Slack (People & user groups), or name another in slipway.yml',
    );
  const count = found.members.length;
  if (count === 0) return wrong(what, 'has no members', 'add people to it in Slack (People & user groups)');
  return fine(what, `has ${count} ${count === 1 ? 'member' : 'members'}`);
}

function personFinding(id: string, found: Awaited<ReturnType<SlackInspector['person']>>): Finding {
  const what = `person ${id}`;
  const todo = 'name somebody else in slipway.yml';
  if (found === null) return wrong(what, 'Slack knows no such person', `correct the id, or ${todo}`);
  switch (found.is) {
    case 'member':
      return fine(what, `is ${found.name}, a member of the workspace`);
    case 'deactivated':
      return wrong(what, `is ${found.name}, whose account is deactivated`, todo);
    case 'other':
      return wrong(
        what,
        `is ${found.name}, who is no full member of this workspace, and may do nothing in Slipway`,
        `${todo}, or make them a full member`,
      );
    default:
      return found.is satisfies never;
  }
}
