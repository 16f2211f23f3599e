import type { Kind } from './states.ts';

/**
 * RULES, "Status × command", in the words of `decide`. `·`: taken, the status stays; a status: taken, and now
 * that; `!rule`: refused by it. `success` and `failure` are reports of the latest attempt, `lease` is the end of a
 * worker's lease, `day` that of the approvals, `gone` a start of the embedded tier, `built` the end of the build; `override`
 * is asked during a freeze, `adopt` of another commit.
 */
export const TABLES: Record<Kind, string> = {
  promotion: `
state                 approve  reject   deploy         cancel         retry          accept   fail     prepare       override adopt          begin        success       failure       renew         lease          day            gone           built
prepared              approved rejected !approvals     cancelled      !settled       !settled !settled !alreadyWaits ·        ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
approved              !settled rejected queued         cancelled      !settled       !settled !settled !alreadyWaits ·        ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
prepared:interrupted  approved rejected !approvals     cancelled      !settled       !settled !settled !alreadyWaits ·        superseded     !nothingToDo verifying     failed        !staleAttempt ·              expired        ·              ·
approved:interrupted  !settled rejected queued         cancelled      !settled       !settled !settled !alreadyWaits ·        superseded     !nothingToDo verifying     failed        !staleAttempt ·              expired        ·              ·
rejected:interrupted  !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled ·              !nothingToDo verifying     ·             !staleAttempt ·              ·              ·              ·
cancelled:interrupted !settled !settled !settled       !settled       prepared       !settled !settled ·             !settled ·              !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
rejected              !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
expired               !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued                !settled rejected !alreadyQueued cancelled      !alreadyQueued !settled !settled !alreadyWaits ·        ·              deploying    !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
queued:retry          !settled rejected !alreadyQueued failed         !alreadyQueued !settled !settled !alreadyWaits ·        failed         deploying    !staleAttempt !staleAttempt !staleAttempt ·              failed         ·              ·
deploying             !settled !settled !settled       ·              !settled       !settled !settled ·             !settled !deploying     !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle        !settled !settled !settled       unverified     !settled       !settled !settled ·             !settled !deploying     ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running     !settled !settled !settled       ·              !settled       !settled !settled ·             !settled !deploying     !nothingToDo testing       unverified    ·             ·              ·              ·              ·
unverified            !settled !settled !settled       !settled       verifying      accepted faulty   ·             !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy        !settled !settled !settled       !settled       queued         !settled !settled ·             !settled ·              !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke         !settled !settled !settled       !settled       queued         !settled !settled ·             !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:verify        !settled !settled !settled       !settled       verifying      accepted faulty   ·             !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted    !settled rejected !alreadyQueued errored:deploy !alreadyQueued !settled !settled !alreadyWaits ·        errored:deploy deploying    verifying     failed        !staleAttempt ·              errored:deploy ·              ·
verify:interrupted    !settled !settled !settled       unverified     !settled       !settled !settled ·             !settled !deploying     ·            testing       unverified    !staleAttempt ·              ·              ·              ·
failed                !settled !settled !settled       !settled       queued         !settled !settled ·             !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun       !settled !settled !settled       !settled       queued         !settled !settled ·             !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never       !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted              !settled !settled !settled       !settled       !settled       !settled faulty   ·             !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded            !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled !deploying     !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty                !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted       !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
testing               !settled !settled !settled       !settled       !settled       accepted faulty   ·             !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
  hotfix: `
state                 approve  reject   deploy         cancel         retry          accept   fail     prepare       override   adopt          begin        success       failure       renew         lease          day            gone           built
prepared              approved rejected !approvals     cancelled      !settled       !settled !settled !alreadyWaits !notFrozen ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
approved              !settled rejected queued         cancelled      !settled       !settled !settled !alreadyWaits !notFrozen ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
prepared:interrupted  approved rejected !approvals     cancelled      !settled       !settled !settled !alreadyWaits !notFrozen superseded     !nothingToDo verifying     failed        !staleAttempt ·              expired        ·              ·
approved:interrupted  !settled rejected queued         cancelled      !settled       !settled !settled !alreadyWaits !notFrozen superseded     !nothingToDo verifying     failed        !staleAttempt ·              expired        ·              ·
rejected:interrupted  !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   ·              !nothingToDo verifying     ·             !staleAttempt ·              ·              ·              ·
cancelled:interrupted !settled !settled !settled       !settled       prepared       !settled !settled ·             !settled   ·              !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
rejected              !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
expired               !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued                !settled rejected !alreadyQueued cancelled      !alreadyQueued !settled !settled !alreadyWaits !notFrozen ·              deploying    !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
queued:retry          !settled rejected !alreadyQueued failed         !alreadyQueued !settled !settled !alreadyWaits !notFrozen failed         deploying    !staleAttempt !staleAttempt !staleAttempt ·              failed         ·              ·
deploying             !settled !settled !settled       ·              !settled       !settled !settled ·             !settled   !deploying     !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle        !settled !settled !settled       unverified     !settled       !settled !settled ·             !settled   !deploying     ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running     !settled !settled !settled       ·              !settled       !settled !settled ·             !settled   !deploying     !nothingToDo testing       unverified    ·             ·              ·              ·              ·
unverified            !settled !settled !settled       !settled       verifying      accepted faulty   ·             !settled   !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy        !settled !settled !settled       !settled       queued         !settled !settled ·             !settled   ·              !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke         !settled !settled !settled       !settled       queued         !settled !settled ·             !settled   ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:verify        !settled !settled !settled       !settled       verifying      accepted faulty   ·             !settled   !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted    !settled rejected !alreadyQueued errored:deploy !alreadyQueued !settled !settled !alreadyWaits !notFrozen errored:deploy deploying    verifying     failed        !staleAttempt ·              errored:deploy ·              ·
verify:interrupted    !settled !settled !settled       unverified     !settled       !settled !settled ·             !settled   !deploying     ·            testing       unverified    !staleAttempt ·              ·              ·              ·
failed                !settled !settled !settled       !settled       queued         !settled !settled ·             !settled   ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun       !settled !settled !settled       !settled       queued         !settled !settled ·             !settled   ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never       !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted              !settled !settled !settled       !settled       !settled       !settled faulty   ·             !settled   !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded            !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   !deploying     !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty                !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted       !settled !settled !settled       !settled       !settled       !settled !settled ·             !settled   !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
testing               !settled !settled !settled       !settled       !settled       accepted faulty   ·             !settled   !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
  continuous: `
state              approve      reject       deploy         cancel         retry          accept   fail     prepare     override adopt          begin        success       failure       renew         lease          day            gone           built
queued             !noApprovals !noApprovals !alreadyQueued cancelled      !alreadyQueued !settled !settled !continuous ·        ·              deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:retry       !noApprovals !noApprovals !alreadyQueued failed         !alreadyQueued !settled !settled !continuous ·        failed         deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
deploying          !noApprovals !noApprovals !settled       ·              !settled       !settled !settled !continuous !settled !deploying     !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle     !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled !continuous !settled !deploying     ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running  !noApprovals !noApprovals !settled       ·              !settled       !settled !settled !continuous !settled !deploying     !nothingToDo accepted      unverified    ·             ·              ·              ·              ·
unverified         !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   !continuous !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy     !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !settled ·              !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke      !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:verify     !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   !continuous !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted !noApprovals !noApprovals !alreadyQueued errored:deploy !alreadyQueued !settled !settled !continuous ·        errored:deploy deploying    verifying     failed        !staleAttempt ·              ·              ·              ·
verify:interrupted !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled !continuous !settled !deploying     ·            accepted      unverified    !staleAttempt ·              ·              ·              ·
failed             !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun    !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !settled ·              !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted           !noApprovals !noApprovals !settled       !settled       !settled       !settled faulty   !continuous !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded         !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !settled !deploying     !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty             !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !settled !deployedHere  !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
  rollback: `
state              approve      reject       deploy         cancel         retry          accept   fail     prepare       override   adopt         begin        success       failure       renew         lease          day            gone           built
queued             !noApprovals !noApprovals !alreadyQueued cancelled      !alreadyQueued !settled !settled !alreadyWaits !notFrozen !deployedHere deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:retry       !noApprovals !noApprovals !alreadyQueued failed         !alreadyQueued !settled !settled !alreadyWaits !notFrozen !deployedHere deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
deploying          !noApprovals !noApprovals !settled       ·              !settled       !settled !settled ·             !settled   !deploying    !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle     !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled ·             !settled   !deploying    ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running  !noApprovals !noApprovals !settled       ·              !settled       !settled !settled ·             !settled   !deploying    !nothingToDo accepted      unverified    ·             ·              ·              ·              ·
unverified         !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy     !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !settled   !deployedHere !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke      !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:verify     !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted !noApprovals !noApprovals !alreadyQueued errored:deploy !alreadyQueued !settled !settled !alreadyWaits !notFrozen !deployedHere deploying    verifying     failed        !staleAttempt ·              ·              ·              ·
verify:interrupted !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled ·             !settled   !deploying    ·            accepted      unverified    !staleAttempt ·              ·              ·              ·
failed             !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun    !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted           !noApprovals !noApprovals !settled       !settled       !settled       !settled faulty   ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded         !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !settled   !deploying    !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty             !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !settled   !deployedHere !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
};

export const KINDS = Object.keys(TABLES) as Kind[];

/** The header, then a row for each state. */
export function rowsOf(kind: Kind): string[][] {
  return TABLES[kind]
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}
