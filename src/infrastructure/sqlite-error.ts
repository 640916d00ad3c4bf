/**
 * SQLite's code (`SQLITE_BUSY`, `SQLITE_IOERR_FSYNC`) when the error is one of its own. Classes are not asked: where
 * several realms share one process, the add-on throws the class of the first that loaded it.
 */
export function sqliteCode(error: unknown): string | undefined {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === 'SqliteError' && typeof code === 'string' ? code : undefined;
}
