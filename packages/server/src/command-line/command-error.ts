/** An error that the user of the command line can fix. Its message is one sentence, and the command ends with exit code 1. */
export class CommandError extends Error {}
