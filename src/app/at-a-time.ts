/** How many builds, and how many deploys and verifications, one process runs at a time. */
export interface AtATime {
  builds: number;
  deploys: number;
}

/** A build keeps a core busy; deploys mostly wait for other systems. */
export const AT_A_TIME: AtATime = { builds: 2, deploys: 8 };
