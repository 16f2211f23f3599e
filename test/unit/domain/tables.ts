import type { Kind } from './states.ts';

/**
 * RULES.md, "Status × command", in the words of `decide`. `·`: taken, the status stays; a status: taken, and now
 * that; `!rule`: refused by it. `success` and `failure` are reports of the latest attempt, `lease` is the end of a
 * worker's lease, `day` that of the approvals, `gone` a start of the embedded tier, `built` the end of the build.
 */
export const TABLES: Record<Kind, string> = {
  promotion: `
state                 approve  reject   deploy         cancel         retry          accept   fail     prepare       begin        success       failure       renew         lease          day            gone           built
prepared              approved rejected !approvals     cancelled      !settled       !settled !settled !alreadyWaits !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
approved              !settled rejected queued         cancelled      !settled       !settled !settled !alreadyWaits !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
prepared:interrupted  approved rejected !approvals     cancelled      !settled       !settled !settled !alreadyWaits !nothingToDo verifying     failed        !staleAttempt ·              expired        ·              ·
approved:interrupted  !settled rejected queued         cancelled      !settled       !settled !settled !alreadyWaits !nothingToDo verifying     failed        !staleAttempt ·              expired        ·              ·
rejected:interrupted  !settled !settled !settled       !settled       !settled       !settled !settled ·             !nothingToDo verifying     ·             !staleAttempt ·              ·              ·              ·
cancelled:interrupted !settled !settled !settled       !settled       prepared       !settled !settled ·             !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
rejected              !settled !settled !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
expired               !settled !settled !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued                !settled rejected !alreadyQueued cancelled      !alreadyQueued !settled !settled !alreadyWaits deploying    !staleAttempt !staleAttempt !staleAttempt ·              expired        ·              ·
queued:retry          !settled rejected !alreadyQueued failed         !alreadyQueued !settled !settled !alreadyWaits deploying    !staleAttempt !staleAttempt !staleAttempt ·              failed         ·              ·
deploying             !settled !settled !settled       ·              !settled       !settled !settled ·             !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle        !settled !settled !settled       unverified     !settled       !settled !settled ·             ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running     !settled !settled !settled       ·              !settled       !settled !settled ·             !nothingToDo testing       unverified    ·             ·              ·              ·              ·
unverified            !settled !settled !settled       !settled       verifying      accepted faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy        !settled !settled !settled       !settled       queued         !settled !settled ·             !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke         !settled !settled !settled       !settled       queued         !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:check         !settled !settled !settled       !settled       verifying      accepted faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted    !settled rejected !alreadyQueued errored:deploy !alreadyQueued !settled !settled !alreadyWaits deploying    verifying     failed        !staleAttempt ·              errored:deploy ·              ·
check:interrupted     !settled !settled !settled       unverified     !settled       !settled !settled ·             ·            testing       unverified    !staleAttempt ·              ·              ·              ·
failed                !settled !settled !settled       !settled       queued         !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun       !settled !settled !settled       !settled       queued         !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never       !settled !settled !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted              !settled !settled !settled       !settled       !settled       !settled faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded            !settled !settled !settled       !settled       !settled       !settled !settled ·             !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty                !settled !settled !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted       !settled !settled !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
testing               !settled !settled !settled       !settled       !settled       accepted faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
  continuous: `
state              approve      reject       deploy         cancel         retry          accept   fail     prepare     begin        success       failure       renew         lease          day            gone           built
queued             !noApprovals !noApprovals !alreadyQueued cancelled      !alreadyQueued !settled !settled !continuous deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:retry       !noApprovals !noApprovals !alreadyQueued failed         !alreadyQueued !settled !settled !continuous deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
deploying          !noApprovals !noApprovals !settled       ·              !settled       !settled !settled !continuous !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle     !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled !continuous ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running  !noApprovals !noApprovals !settled       ·              !settled       !settled !settled !continuous !nothingToDo accepted      unverified    ·             ·              ·              ·              ·
unverified         !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy     !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke      !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:check      !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted !noApprovals !noApprovals !alreadyQueued errored:deploy !alreadyQueued !settled !settled !continuous deploying    verifying     failed        !staleAttempt ·              ·              ·              ·
check:interrupted  !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled !continuous ·            accepted      unverified    !staleAttempt ·              ·              ·              ·
failed             !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun    !noApprovals !noApprovals !settled       !settled       queued         !settled !settled !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted           !noApprovals !noApprovals !settled       !settled       !settled       !settled faulty   !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded         !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty             !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled !continuous !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
  rollback: `
state              approve      reject       deploy         cancel         retry          accept   fail     prepare       begin        success       failure       renew         lease          day            gone           built
queued             !noApprovals !noApprovals !alreadyQueued cancelled      !alreadyQueued !settled !settled !alreadyWaits deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:retry       !noApprovals !noApprovals !alreadyQueued failed         !alreadyQueued !settled !settled !alreadyWaits deploying    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
deploying          !noApprovals !noApprovals !settled       ·              !settled       !settled !settled ·             !nothingToDo verifying     failed        ·             errored:deploy errored:deploy errored:deploy ·
verifying:idle     !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled ·             ·            !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
verifying:running  !noApprovals !noApprovals !settled       ·              !settled       !settled !settled ·             !nothingToDo accepted      unverified    ·             ·              ·              ·              ·
unverified         !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:deploy     !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !nothingToDo verifying     failed        !staleAttempt ·              ·              ·              ·
errored:broke      !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
errored:check      !noApprovals !noApprovals !settled       !settled       verifying      accepted faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
queued:interrupted !noApprovals !noApprovals !alreadyQueued errored:deploy !alreadyQueued !settled !settled !alreadyWaits deploying    verifying     failed        !staleAttempt ·              ·              ·              ·
check:interrupted  !noApprovals !noApprovals !settled       unverified     !settled       !settled !settled ·             ·            accepted      unverified    !staleAttempt ·              ·              ·              ·
failed             !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:begun    !noApprovals !noApprovals !settled       !settled       queued         !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
cancelled:never    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
accepted           !noApprovals !noApprovals !settled       !settled       !settled       !settled faulty   ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
superseded         !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !notFirst    !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty             !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
faulty:accepted    !noApprovals !noApprovals !settled       !settled       !settled       !settled !settled ·             !nothingToDo !staleAttempt !staleAttempt !staleAttempt ·              ·              ·              ·
`,
};
