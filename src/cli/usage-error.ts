/** The command line cannot be understood: exit code 2, with how it is to be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The job was done and came to a bad end that has been told already, or is told by the message: exit code 1. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
}
