/** What a person at the command line can mend, in a sentence; it ends the command with exit code 1. */
export class CommandError extends Error {}
