import { type AccessKind } from '../../domain/access/log';
import { scopeOf } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';
import { type AccessEntry, listAccess } from '../../register/access/log';
import { idsOf, namesOf } from '../../register/access/names';
import { type Services } from '../services';

/** What the log is narrowed to, as it was typed; null narrows nothing. */
export interface LogFilter {
  /** An e-mail address, or an id. */
  readonly who: string | null;
  readonly what: AccessKind | null;
}

/** An entry with the names of the people in it, where the register knows them. */
export interface ListedAccess extends AccessEntry {
  readonly whoName: string | null;
  /** Of a subject that begins with a person's id. */
  readonly subjectName: string | null;
}

export interface AccessPage {
  readonly entries: readonly ListedAccess[];
  /** For the page of older entries; null = there are none. */
  readonly older: string | null;
}

function personIn(subject: string): string {
  return subject.split(' ', 1)[0] ?? '';
}

/** Where a viewer may read the log: null = all of it; departments = the reads at their sites. */
function departmentsOf(viewer: Viewer): string[] | null {
  const scope = scopeOf(viewer, 'see-access-log');
  return scope.everything ? null : scope.places.map(({ departmentId }) => departmentId);
}

/**
 * A page of the access log, the newest first, as far as the viewer may see it.
 * @param before an entry's id: what is older than it; null = from the newest on
 */
export async function readAccessLog(
  services: Services,
  viewer: Viewer,
  { who, what }: LogFilter,
  before: string | null,
  limit: number,
): Promise<AccessPage> {
  const pool = await services.register();
  const ids = who === null ? null : who.includes('@') ? await idsOf(pool, who) : [who];
  const filter = { who: ids, what, departmentIds: departmentsOf(viewer) };
  const found = await listAccess(pool, filter, before, limit + 1);
  const entries = found.slice(0, limit);
  const names = await namesOf(
    pool,
    entries.flatMap((entry) => [entry.who, personIn(entry.subject)]),
  );
  return {
    entries: entries.map((entry) => ({
      ...entry,
      whoName: names.get(entry.who) ?? null,
      subjectName: names.get(personIn(entry.subject)) ?? null,
    })),
    older: found.length > limit ? (entries.at(-1)?.entryId ?? null) : null,
  };
}
